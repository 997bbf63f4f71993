import { afterAll, expect, test } from 'vitest';
import { FactKeeper, FactsLoading } from './fact-keeper.ts';
import { FactThread } from './fact-thread.ts';
import { HostHere, PlainCity } from './facts.fixture.ts';

const keepers: FactKeeper[] = [];
function keeperOf(city: PlainCity, hosts: HostHere[] = [], clock?: () => number): FactKeeper {
	const newHost = () => {
		hosts.push(new HostHere());
		return hosts.at(-1)!;
	};
	const keeper = new FactKeeper(city, newHost, clock);
	keepers.push(keeper);
	return keeper;
}
afterAll(() => Promise.all(keepers.map((keeper) => keeper.close())));

function cityOf(cases: number): PlainCity {
	const city = new PlainCity();
	for (let number = 1; number <= cases; number += 1) city.change({ number });
	return city;
}
const extent = async (keeper: FactKeeper) => (await keeper.ask('extent', undefined)).answer;

test('everything is brought in page by page, and from then on only what changed', async () => {
	const city = cityOf(4500);
	const keeper = keeperOf(city, [], () => 0);
	expect(keeper.loading).toEqual({ done: 0, of: 0 });
	expect(await extent(keeper)).toEqual({ rows: 4500, cases: 4500, open: 4500 });
	expect(city.asked.filter((asked) => asked.startsWith('page'))).toEqual(['page 0', 'page 2000']);
	expect(keeper.loading).toBeNull();
	city.asked.length = 0;
	city.change({ number: 17, flags: 0 }, { number: 4501 });
	expect(await keeper.ask('extent', undefined)).toMatchObject({
		answer: { rows: 4501, cases: 4501, open: 4500 },
		position: 4502,
		takenAt: '2026-11-23T00:00:00Z'
	});
	expect(city.asked).toEqual(['changes 4500']);
});

test('pages of a slow database are as small as the first', async () => {
	const city = cityOf(4500);
	let now = 0;
	expect(await extent(keeperOf(city, [], () => (now += 1000)))).toMatchObject({ rows: 4500 });
	expect(city.asked.filter((asked) => asked.startsWith('page'))).toEqual([
		'page 0',
		'page 2000',
		'page 4000'
	]);
});

test('what changes while the pages are read is in the answer', async () => {
	const city = cityOf(2500);
	const page = city.page.bind(city);
	city.page = async (after, max) => {
		const answer = await page(after, max);
		if (after === 0) city.change({ number: 1, flags: 0 }, { number: 2501 });
		return answer;
	};
	expect(await extent(keeperOf(city))).toEqual({ rows: 2501, cases: 2501, open: 2500 });
});

test('an answer holds what was committed before it was asked, though the log is just being read for another', async () => {
	const city = cityOf(1);
	const keeper = keeperOf(city);
	await extent(keeper);
	const changes = city.changes.bind(city);
	const gate = Promise.withResolvers<void>();
	city.changes = async (after, max) => {
		const answer = await changes(after, max);
		await gate.promise;
		return answer;
	};
	const first = extent(keeper);
	await new Promise((done) => setImmediate(done));
	city.change({ number: 2 });
	const [second, third] = [extent(keeper), extent(keeper)];
	gate.resolve();
	expect(await Promise.all([first, second, third])).toMatchObject([{}, { cases: 2 }, { cases: 2 }]);
	// Two looks at the log for three questions: the last two share one.
	expect(city.asked.filter((asked) => asked.startsWith('changes')).length).toBe(3);
});

test('questions of one turn are answered from one state of the facts', async () => {
	const city = cityOf(1);
	const keeper = keeperOf(city);
	await extent(keeper);
	city.asked.length = 0;
	const asked = [keeper.ask('extent', undefined), keeper.ask('extent', undefined)];
	city.change({ number: 2 });
	const positions = (await Promise.all(asked)).map(({ position }) => position);
	expect(positions).toEqual([2, 2]);
	expect(city.asked).toEqual(['changes 1']);
});

test('a host that dies is replaced and filled again, and the question is answered', async () => {
	const hosts: HostHere[] = [];
	const city = cityOf(3);
	const keeper = keeperOf(city, hosts);
	await extent(keeper);
	hosts[0]!.die();
	expect(keeper.loading).not.toBeNull();
	expect(await extent(keeper)).toMatchObject({ cases: 3 });
	expect(hosts.length).toBe(2);
});

test('another log, or the same one put back, is read from the start', async () => {
	const city = cityOf(5);
	const hosts: HostHere[] = [];
	const keeper = keeperOf(city, hosts);
	await extent(keeper);
	city.facts.delete(5);
	city.log.length = 2;
	expect(await extent(keeper)).toMatchObject({ cases: 4 });
	city.epoch = 'second';
	city.facts.delete(4);
	expect(await extent(keeper)).toMatchObject({ cases: 3 });
	expect(hosts.length).toBe(3);
});

test('another calendar is taken over with the next question', async () => {
	const city = cityOf(1);
	const hosts: HostHere[] = [];
	const keeper = keeperOf(city, hosts);
	await extent(keeper);
	city.now = {
		...city.now,
		version: 'two',
		categories: [{ code: '0504', parent: '05', recurrence_days: 1 }]
	};
	await extent(keeper);
	expect([...hosts[0]!.table().recurrenceSeconds]).toEqual([86_400]);
});

test('a first load that takes long says how far it is, and goes on', async () => {
	const city = cityOf(2500);
	const page = city.page.bind(city);
	const gate = Promise.withResolvers<void>();
	city.page = async (after, max) => {
		if (after > 0) await gate.promise;
		return page(after, max);
	};
	const keeper = keeperOf(city);
	const refused = await keeper.ask('extent', undefined, 20).catch((error: unknown) => error);
	expect(refused).toBeInstanceOf(FactsLoading);
	expect((refused as FactsLoading).load).toEqual({ done: 2000, of: 2500 });
	gate.resolve();
	expect(await extent(keeper)).toMatchObject({ cases: 2500 });
});

test('the thread itself answers, says a question its fault, and is found to be gone', async () => {
	const city = cityOf(12);
	const thread = new FactThread();
	const keeper = new FactKeeper(city, () => thread);
	keepers.push(keeper);
	expect(await extent(keeper)).toEqual({ rows: 12, cases: 12, open: 12 });
	await expect(thread.tell({ kind: 'ask', name: 'nothing' as 'extent', asked: null, at: 0 })).rejects.toThrow(
		'is not a function'
	);
	await thread.close();
	await expect(thread.tell({ kind: 'ask', name: 'extent', asked: null, at: 0 })).rejects.toThrow('closed');
});
