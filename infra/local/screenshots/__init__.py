"""Pictures of every page of the client, over a service that people have lived with for some weeks."""
