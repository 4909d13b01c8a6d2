// Shows the description in #description. Tokens are kept by the page alone, and only while it is open.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#description",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { activated: true },
  // A validator would be somebody else's server.
  validatorUrl: null,
});
