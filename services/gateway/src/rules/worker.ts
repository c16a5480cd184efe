import { parentPort } from 'node:worker_threads';
import { createRuleLibrary } from '@stakewatch/rule-library';
import { type GeoSources, loadGeoSources } from '@stakewatch/transaction-monitor';
import { type RuleJob, runJob } from './jobs';

/** The thread of the rule runner: takes a job, says that it begins (what it needs is loaded by then), answers. */
const port = parentPort;
if (!port) throw new Error('the rule worker is a worker thread');
const library = createRuleLibrary();
let places: GeoSources | undefined;
const geo = (): GeoSources => (places ??= loadGeoSources());

port.on('message', (job: RuleJob) => {
  if (job.kind === 'try' && job.job.service === 'transaction') geo();
  port.postMessage({ kind: 'begun' });
  port.postMessage({ kind: 'done', result: runJob(job, library, geo) });
});
