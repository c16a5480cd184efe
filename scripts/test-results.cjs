/**
 * What a run comes to. A fault is something that makes the run fail though no test did: jest ended badly, or a kind ran nothing.
 * @param {readonly { kind: string, code?: number, passed: number, failed: number, ran: number }[]} outcomes
 * @param {readonly string[]} asked kinds that were to run
 */
function totalOf(outcomes, asked) {
  const sum = (field) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  const faults = outcomes.flatMap(({ kind, code = 0, failed, ran }) => {
    if (code !== 0 && failed === 0) return [`jest ended with ${code} in the ${kind} tests`];
    return ran === 0 ? [`no ${kind} test ran`] : [];
  });
  const missing = asked.filter((kind) => !outcomes.some((outcome) => outcome.kind === kind)).map((kind) => `the ${kind} tests did not run`);
  return { passed: sum('passed'), failed: sum('failed'), faults: [...faults, ...missing] };
}

/**
 * Two runs of one kind as one. One that ended badly though none of its tests failed is a failure itself: the other's would hide it.
 * @param {{ kind: string, code: number, passed: number, failed: number, ran: number }} one
 * @param {{ kind: string, code: number, passed: number, failed: number, ran: number }} other
 */
function bothOf(one, other) {
  const failuresOf = ({ code, failed }) => (code !== 0 && failed === 0 ? 1 : failed);
  return { kind: one.kind, code: one.code || other.code, passed: one.passed + other.passed, failed: failuresOf(one) + failuresOf(other), ran: one.ran + other.ran };
}

module.exports = { bothOf, totalOf };
