"""The description of the API, shown in a browser: Swagger UI, without asking anybody else for anything."""
