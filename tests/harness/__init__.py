"""The service in one process: moto for AWS, the stand-ins behind the real clients, a browser at the doors."""
