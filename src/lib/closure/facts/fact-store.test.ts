import { expect, test } from 'vitest';
import { FactStore } from './fact-store.ts';
import { factFlag } from './fact-table.ts';
import { factSeconds, never } from './fact-time.ts';
import { pack, settingOf } from './facts.fixture.ts';

const nine = factSeconds('2026-09-28T09:00:00+08:00');

function stored(...facts: Parameters<typeof pack>[0]): FactStore {
	const store = new FactStore();
	store.set(settingOf());
	store.put(pack(facts), 7);
	return store;
}

test('a row stands where its number says, and a number without a case is absent and outside every number', () => {
	const facts = stored({ number: 2, filed: 5 }, { number: 4, filed: 9, category: '0551' }).table();
	expect(facts).toMatchObject({ length: 4, position: 7, categories: ['0504', '0551'] });
	expect([...facts.filedAt.subarray(0, 4)]).toEqual([never, 5, never, 9]);
	expect(facts.flags[0]).toBe(factFlag.absent | factFlag.voided);
	expect(facts.flags[3]).toBe(factFlag.open);
});

test('a later state of a case overwrites the one before, with other words in other places', () => {
	const store = stored({ number: 1 }, { number: 2, category: '0551' });
	store.put(pack([{ number: 2, category: '0509', source: 'inspector', flags: 16 }]), 8);
	const { categories, category, source, flags, length } = store.table();
	expect(length).toBe(2);
	expect([categories[category[0]!], categories[category[1]!]]).toEqual(['0504', '0509']);
	expect([source[1], flags[1]]).toEqual([2, 16]);
});

test('working time and street class follow from the setting, also when it changes afterwards', () => {
	const store = stored(
		{ number: 1, dispatched: nine, closed: nine + 86_400, segment: 5 },
		{ number: 2, segment: 4 }
	);
	const facts = store.table();
	expect([...facts.workSeconds.subarray(0, 2)]).toEqual([7 * 3600, -1]);
	expect(facts.streetClasses[facts.streetClass[0]!]).toBe('primary');
	expect(facts.streetClass[1]).toBe(0);
	store.set(
		settingOf({
			working_days: { '2026-09-28': false },
			categories: [{ code: '0504', parent: '05', recurrence_days: 3 }]
		})
	);
	expect(store.table().workSeconds[0]).toBe(1800);
	expect([...store.table().recurrenceSeconds]).toEqual([3 * 86_400]);
});

test('it grows, and keeps what it held', () => {
	const store = stored({ number: 1, filed: 3 });
	store.put(pack([{ number: 5000, filed: 4 }]));
	const facts = store.table();
	expect(facts.length).toBe(5000);
	expect([facts.filedAt[0], facts.filedAt[4999], facts.position]).toEqual([3, 4, 7]);
});

test('a column of another length is refused', () => {
	const facts = { ...pack([{ number: 1 }]), due: '' };
	expect(() => new FactStore().put(facts)).toThrow('Column due has 0 rows of 1.');
});
