import express, { type Router } from 'express';
import absolutePath from 'swagger-ui-dist/absolute-path.js';

/** Nothing is loaded from, or sent to, any other host: an API key typed in here stays between the browser and this gateway. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stakewatch · Betting Monitor API playground</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="playground"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/playground.js"></script>
</body>
</html>
`;

/** "Authorize" is the credentials box; the key is kept for the page's life only, and no validator badge is fetched. */
const SCRIPT = `window.playground = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#playground',
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** Document 000, "API Playground": Swagger UI, served from here. */
export function playground(): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    next();
  });
  router.get('/', (_request, response) => void response.type('html').send(PAGE));
  router.get('/playground.js', (_request, response) => void response.type('text/javascript').send(SCRIPT));
  for (const asset of ASSETS) router.get(`/assets/${asset}`, (_request, response) => response.sendFile(asset, { root: absolutePath(), maxAge: '1h' }));
  return router;
}
