import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { parseLevel } from './compatibility';
import { RegistryError } from './registry-error';
import { configKey, type SchemaRecord, schemaKey } from './registry-state';
import type { SchemaStore } from './schema-store';

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

/**
 * The part of Confluent's Schema Registry API that its clients and curl use, for Avro, for local use only: no
 * authentication, one instance. Source of paths, bodies and codes: Confluent's Schema Registry API reference.
 */
export function registryApp(store: SchemaStore): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ type: () => true, limit: '1mb' }));
  app.use((_request, response, next) => {
    response.type(CONTENT_TYPE);
    next();
  });
  schemaRoutes(app, store);
  subjectRoutes(app, store);
  configRoutes(app, store);
  compatibilityRoutes(app, store);
  app.use((request: Request, response: Response) => void response.status(404).json({ error_code: 404, message: `no ${request.method} ${request.path} here` }));
  app.use(answerError);
  return app;
}

function schemaRoutes(app: Express, store: SchemaStore): void {
  app.get('/', (_request, response) => void response.json({}));
  app.get('/mode', (_request, response) => void response.json({ mode: 'READWRITE' }));
  app.get('/schemas/types', (_request, response) => void response.json(['AVRO']));
  app.get('/schemas/ids/:id', ({ params }, response) => void response.json({ schema: store.state().byId(Number(params.id))[0]?.schema }));
  app.get('/schemas/ids/:id/versions', ({ params }, response) => {
    response.json(store.state().byId(Number(params.id)).filter(({ deleted }) => !deleted).map(({ subject, version }) => ({ subject, version })));
  });
}

function subjectRoutes(app: Express, store: SchemaStore): void {
  app.get('/subjects', (_request, response) => void response.json(store.state().subjects()));
  app.get('/subjects/:subject/versions', ({ params }, response) => void response.json(store.state().versions(params.subject).map(({ version }) => version)));
  app.get('/subjects/:subject/versions/:version', ({ params }, response) => void response.json(shown(store.state().version(params.subject, params.version))));
  app.get('/subjects/:subject/versions/:version/schema', ({ params }, response) => void response.send(store.state().version(params.subject, params.version).schema));
  app.post('/subjects/:subject', ({ params, body }, response) => void response.json(shown(store.state().lookup(params.subject, schemaOf(body)))));
  app.post('/subjects/:subject/versions', async ({ params, body }, response) => {
    const id = await store.change((state) => {
      const { record, isNew } = state.register(params.subject, schemaOf(body));
      return { result: record.id, writes: isNew ? [{ key: schemaKey(record.subject, record.version), value: record }] : [] };
    });
    response.json({ id });
  });
  app.delete('/subjects/:subject', async ({ params }, response) => {
    response.json(await store.change((state) => deletion(state.versions(params.subject))));
  });
  app.delete('/subjects/:subject/versions/:version', async ({ params }, response) => {
    const [version] = await store.change((state) => deletion([state.version(params.subject, params.version)]));
    response.json(version);
  });
}

function configRoutes(app: Express, store: SchemaStore): void {
  app.get('/config', (_request, response) => void response.json({ compatibilityLevel: store.state().globalLevel() }));
  app.get('/config/:subject', ({ params, query }, response) => {
    const state = store.state();
    const level = state.level(params.subject) ?? (query['defaultToGlobal'] === 'true' ? state.globalLevel() : null);
    if (level === null) throw new RegistryError('noSubjectConfig', `Subject '${params.subject}' does not have subject-level compatibility configured`);
    response.json({ compatibilityLevel: level });
  });
  const put = async (subject: string | null, body: unknown, response: Response) => {
    const compatibility = parseLevel((body as { compatibility?: unknown } | undefined)?.compatibility);
    await store.change(() => ({ result: null, writes: [{ key: configKey(subject), value: { compatibilityLevel: compatibility } }] }));
    response.json({ compatibility });
  };
  app.put('/config', ({ body }, response) => put(null, body, response));
  app.put('/config/:subject', ({ params, body }, response) => put(params.subject, body, response));
  app.delete('/config/:subject', async ({ params }, response) => {
    const level = await store.change((state) => {
      const current = state.level(params.subject);
      if (current === null) throw new RegistryError('subjectNotFound', `Subject '${params.subject}' not found.`);
      return { result: current, writes: [{ key: configKey(params.subject), value: null }] };
    });
    response.json({ compatibilityLevel: level });
  });
}

function compatibilityRoutes(app: Express, store: SchemaStore): void {
  const check = (subject: string, version: string | null, body: unknown, response: Response) => {
    const messages = store.state().check(subject, version, schemaOf(body));
    response.json({ is_compatible: messages.length === 0, messages });
  };
  app.post('/compatibility/subjects/:subject/versions', ({ params, body }, response) => check(params.subject, null, body, response));
  app.post('/compatibility/subjects/:subject/versions/:version', ({ params, body }, response) => check(params.subject, params.version, body, response));
}

function deletion(records: readonly SchemaRecord[]) {
  return {
    result: records.map(({ version }) => version),
    writes: records.map((record) => ({ key: schemaKey(record.subject, record.version), value: { ...record, deleted: true } })),
  };
}

function shown({ subject, id, version, schema }: SchemaRecord) {
  return { subject, id, version, schema };
}

/** Only Avro without references is kept here. @throws {RegistryError} 42201 */
function schemaOf(body: unknown): unknown {
  const { schema, schemaType = 'AVRO', references = [] } = (body ?? {}) as { schema?: unknown; schemaType?: unknown; references?: unknown[] };
  if (schemaType !== 'AVRO' || references.length > 0) throw new RegistryError('invalidSchema', 'this registry keeps Avro schemas without references only');
  return schema;
}

function answerError(error: Error & { status?: number }, _request: Request, response: Response, _next: NextFunction): void {
  const status = error instanceof RegistryError ? error.httpStatus : (error.status ?? 500);
  response.status(status).json({ error_code: error instanceof RegistryError ? error.code : status, message: error.message });
}
