import { Behaviours } from './behaviour';

test("a company's own behaviour comes before the one for all, and ends after its times", () => {
  const behaviours = new Behaviours();
  behaviours.set({ mode: 'hang' });
  behaviours.set({ mode: 'status', status: 500, company: 'acme', times: 2 });
  expect(['acme', 'globex', 'acme', 'acme'].map((company) => behaviours.next(company)?.mode)).toEqual(['status', 'hang', 'status', 'hang']);
  behaviours.set({ mode: 'ok' });
  expect(behaviours.next('acme')).toBeNull();
});
