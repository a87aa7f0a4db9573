"""Who a person is: sign-up, passwords, sessions, and what of it goes when the person does."""
