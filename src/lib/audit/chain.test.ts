import { describe, expect, it } from 'vitest';
import { mulberry32 } from '#test/support/proof.ts';
import { beginning, ChainWalk, linkHash, linkText, type Fault, type Link } from './chain.ts';
import { chainOf } from './chain.fixture.ts';

function firstFault(links: Link[]): Fault | null {
	const walk = new ChainWalk();
	for (const link of links) {
		const fault = walk.step(link);
		if (fault) return fault;
	}
	return null;
}

describe('the chain of the log', () => {
	it('hashes what PostgreSQL hashes', () => {
		// select private.event_text(…) and sha256(sha256('kerbside') || …) in PostgreSQL 15 gave these.
		const link: Link = [
			1,
			'',
			'',
			'11111111-1111-4111-8111-111111111111',
			'report.received',
			'22222222-2222-7222-8222-222222222222',
			null,
			null,
			'citizen',
			'2026-09-28T02:00:00.123456Z',
			'2026-09-28T02:00:01.000000Z',
			'{}',
			'{"number": 1, "status": "received", "category": "0551"}',
			null,
			null,
			null
		];
		expect(linkText(link)).toBe(
			'[1, "11111111-1111-4111-8111-111111111111", "report.received", "22222222-2222-7222-8222-222222222222", null, null, "citizen", "2026-09-28T02:00:00.123456Z", "2026-09-28T02:00:01.000000Z", {}, {"number": 1, "status": "received", "category": "0551"}, null, null, null]'
		);
		expect(linkHash(beginning, link)).toHaveLength(32);
	});

	it('fits when nobody touched it', () => {
		expect(firstFault(chainOf(mulberry32(1), 50))).toBeNull();
	});

	it.each<[string, (links: Link[]) => void, Fault['kind']]>([
		['a changed event', (l) => (l[9]![12] = '{"status": "closed"}'), 'event_changed'],
		['a changed time', (l) => (l[9]![10] = '2020-01-01T00:00:00.000000Z'), 'event_changed'],
		['a deleted event', (l) => l[9]!.fill(null, 3), 'event_missing'],
		['a deleted row', (l) => l.splice(9, 1), 'gap'],
		['a row put in', (l) => l.splice(9, 0, [...l[8]!] as Link), 'gap'],
		['another hash', (l) => (l[9]![1] = 'ab'.repeat(32)), 'event_changed'],
		['another previous hash', (l) => (l[9]![2] = 'ab'.repeat(32)), 'link_broken']
	])('names the first row of %s', (_, tamper, kind) => {
		const links = chainOf(mulberry32(2), 30);
		tamper(links);
		expect(firstFault(links)).toMatchObject({ position: 10, kind });
	});
});
