import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlPlane } from '@stakewatch/control';
import { keepCompany, type Layout, layoutFrom, loadOrCreateSecrets, type Secrets, serviceArguments, serviceEnvironment } from '@stakewatch/local-stack';
import { createAvroCodec, createRegistrySchemaIds, type LogClient, openToolLog } from '@stakewatch/runtime';

const READY_TIMEOUT_MS = 60_000;

export interface StartedService {
  readonly pid: number;
  readonly url: string;
  /** Resident memory now and at its highest, bytes, as the kernel counts them. */
  memory(): { readonly resident: number; readonly peak: number };
  stop(): Promise<void>;
}

/** The bench's own stack: brokers and stores run supervised (npm run bench starts them); services are started here, one suite at a time. */
export class BenchStack {
  readonly layout: Layout = layoutFrom(process.env);
  private readonly secrets: Secrets = loadOrCreateSecrets(this.layout.secretsFile);
  readonly log: LogClient = openToolLog({ clientId: 'bench', brokers: [`127.0.0.1:${this.layout.ports.kafka}`] });
  readonly codec = createAvroCodec(createRegistrySchemaIds(`http://127.0.0.1:${this.layout.ports.schemaRegistry}`));
  private readonly running = new Set<StartedService>();

  get environment(): Readonly<Record<string, string>> {
    return serviceEnvironment(this.layout, this.secrets);
  }

  get clickhouse() {
    const { STAKEWATCH_CLICKHOUSE_URL: url = '', STAKEWATCH_CLICKHOUSE_USER: username = '', STAKEWATCH_CLICKHOUSE_PASSWORD: password = '', STAKEWATCH_CLICKHOUSE_DATABASE: database = '' } = this.environment;
    return { url, username, password, database };
  }

  /** A company with a limit that no bench reaches, and a key of its own. */
  async company(id: string, webhookUrl?: string): Promise<{ apiKey: string; webhookSecret: string | null }> {
    const control = new ControlPlane({ log: this.log, rules: { builtIn: [], check: () => ({ ok: false, errors: [] }) } as never });
    await control.createCompany({ id, name: `Bench ${id}`, plan: 'premium', requestsPerMinute: 100_000_000 });
    const { key } = await control.createApiKey({ companyId: id, environment: 'live', name: `bench ${Date.now()}`, pepper: this.secrets.pepper });
    const endpoint = webhookUrl ? await control.createEndpoint({ companyId: id, url: webhookUrl, events: ['alert.created', 'alert.updated'] } as never) : null;
    const webhookSecret = endpoint?.secret ?? null;
    // The receiver verifies with what stands there, also what was added while it runs.
    if (webhookSecret !== null) keepCompany(this.layout.secretsFile, { id, name: id, plan: 'premium', apiKey: key, webhookSecret });
    return { apiKey: key, webhookSecret };
  }

  async start(name: 'gateway' | 'velocity-detector' | 'alert-dispatcher' | 'history-writer' | 'transaction-monitor' | 'bonus-scorer', port: number): Promise<StartedService> {
    return this.startProcess(name, serviceArguments(this.layout.root, name), { ...this.environment, STAKEWATCH_HTTP_PORT: String(port) }, `http://127.0.0.1:${port}`, '/readyz');
  }

  async startProcess(name: string, args: readonly string[], environment: Readonly<Record<string, string>>, url: string, readyPath: string): Promise<StartedService> {
    const log = openSync(join(this.layout.home, `bench-${name}.log`), 'a');
    const child = spawn(process.execPath, [...args], { env: { ...process.env, ...environment }, stdio: ['ignore', log, log] });
    await waitUntilReady(child, `${url}${readyPath}`, name);
    const pid = child.pid as number;
    const service: StartedService = {
      pid,
      url,
      memory: () => memoryOf(pid),
      stop: async () => {
        this.running.delete(service);
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      },
    };
    this.running.add(service);
    return service;
  }

  async close(): Promise<void> {
    for (const service of [...this.running]) await service.stop();
    await this.log.close();
  }
}

async function waitUntilReady(child: ChildProcess, url: string, name: string): Promise<void> {
  const until = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode} before it was ready; see its log`);
    const ready = await fetch(url).then((response) => response.ok, () => false);
    if (ready) return;
    if (Date.now() > until) throw new Error(`${name} was not ready within ${READY_TIMEOUT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** From /proc: VmRSS and VmHWM. */
export function memoryOf(pid: number): { resident: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { resident: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 };
}
