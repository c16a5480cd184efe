// Folds a million events over 50,000 players through the whole built-in library, in process: no log, no store.
// node packages/rules/bench/fold.mjs [events] [players]      (build first; profile with: node --cpu-prof)
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { compileRuleSet, foldEvent, SubjectState } = require('../dist/index.js');
const { BUILT_IN_RULES } = require('../../../services/velocity-detector/dist/rules/index.js');

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const PLAYERS = Number(process.argv[3] ?? 50_000);
const TYPES = ['BET_PLACED', 'BET_PLACED', 'BET_PLACED', 'BET_PLACED', 'BET_LOST', 'BET_LOST', 'BET_LOST', 'BET_WON', 'DEPOSIT', 'WITHDRAWAL'];
const START = Date.UTC(2026, 1, 3) * 1000;

let seed = 42;
const random = (below) => ((seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0), Math.floor((seed / 4_294_967_296) * below));
const hex = (value, digits) => value.toString(16).padStart(digits, '0');

function makeEvent(index) {
  const player = random(PLAYERS);
  const at = START + index * 86_400 + random(60_000_000);
  const amount = 500 + random(40) * 500;
  return {
    uuid: `${hex(random(4_294_967_296), 8)}-${hex(random(65_536), 4)}-8${hex(random(4_096), 3)}-8${hex(random(4_096), 3)}-${hex(index, 12)}`,
    company_id: 'acme', event_type: TYPES[random(TYPES.length)], event_timestamp: at, received_at: at, amount, currency: 'XOF',
    balance_before: null, balance_after: null, game_odds: 1.2 + random(30) / 10, player_id: `player-${player}`, player_kyc_level: 2,
    player_country: 'SEN', operator: random(2) ? 'ORANGE_SN' : 'WAVE_SN', ip_address: `41.138.${player & 255}.${random(2)}`, session_id: `sess-${player}-${index >> 18}`,
    device_id: `dev-${player}`, player_phone: `+22177${hex(player, 7)}`, device_type: 'MOBILE', game_type: 'SPORTS', game_id: `game-${random(200)}`,
    game_sport: 'football', game_competition: 'CAN 2025',
  };
}

/** On a shared machine the best batches say what the code costs, the median what the machine left of it. */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted.at(-1) };
}

const rules = compileRuleSet(BUILT_IN_RULES, []).timelines.player;
const states = new Map();
const rates = [];
let alerts = 0, spent = 0, cpu = 0, bytes = 0;
global.gc?.();
for (let from = 0; from < EVENTS; from += 10_000) {
  const batch = Array.from({ length: Math.min(10_000, EVENTS - from) }, (_none, n) => makeEvent(from + n));
  const started = performance.now();
  const cpuAt = process.cpuUsage();
  for (const event of batch) {
    let state = states.get(event.player_id);
    if (!state) states.set(event.player_id, (state = new SubjectState()));
    const result = foldEvent(state, event, rules);
    if (result.kind === 'counted') alerts += result.changes.length;
  }
  // What the loop does once a batch.
  const touched = new Set(batch.map(({ player_id }) => player_id));
  for (const player of touched) bytes += states.get(player).takeWrite()?.bytes.length ?? 0;
  const took = performance.now() - started;
  spent += took;
  cpu += process.cpuUsage(cpuAt).user / 1_000;
  rates.push(Math.round((batch.length * 1_000) / took));
}
global.gc?.();
let held = 0;
for (const state of states.values()) held += state.sizeOf();
console.log(JSON.stringify({
  events: EVENTS, players: states.size, rules: rules.all.length, alerts,
  eventsPerSecondByBatch: spread(rates), eventsPerCpuSecond: Math.round(EVENTS / (cpu / 1000)), eventsPerSecond: Math.round(EVENTS / (spent / 1000)), microsecondsPerEvent: +((spent * 1000) / EVENTS).toFixed(2),
  storedBytesPerEvent: Math.round(bytes / EVENTS), sizeOfPerEvent: Math.round(held / EVENTS), rssMb: Math.round(process.memoryUsage().rss / 1_048_576),
}, null, 2));
