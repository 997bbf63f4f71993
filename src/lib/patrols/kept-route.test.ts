import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetRoute, keepRoute, keptRoute, type KeptRoute } from './kept-route.ts';

const route: KeptRoute = {
	plan: '7 2026-11-23-7 4 10',
	stops: ['case a', 'case b', 'check 3'],
	order: ['case b', 'case a'],
	locked: ['case b'],
	dropped: ['check 3'],
	savedAt: Date.parse('2026-11-23T01:00:00Z')
};
const later = route.savedAt + 3_600_000;

beforeEach(() => {
	const texts = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		getItem: (name: string) => texts.get(name) ?? null,
		setItem: (name: string, text: string) => texts.set(name, text),
		removeItem: (name: string) => texts.delete(name)
	});
});
afterEach(() => vi.unstubAllGlobals());

test('changes are there again for the same plan and the same stops, in whatever order', () => {
	keepRoute(route);
	expect(keptRoute(route.plan, [...route.stops].reverse(), later)).toEqual(route);
});

test('when the stops have become others, the changes mean nothing', () => {
	keepRoute(route);
	expect(keptRoute(route.plan, ['case a', 'case c', 'check 3'], later)).toBe('other');
});

test('another plan, another day, or none at all has no changes', () => {
	expect(keptRoute(route.plan, route.stops, later)).toBeNull();
	keepRoute(route);
	expect(keptRoute('8 2026-11-23-8 4 10', route.stops, later)).toBeNull();
	expect(keptRoute(route.plan, route.stops, route.savedAt + 15 * 3_600_000)).toBeNull();
	forgetRoute();
	expect(keptRoute(route.plan, route.stops, later)).toBeNull();
});

test('a device that keeps nothing, or kept nonsense, only forgets', () => {
	vi.stubGlobal('localStorage', {
		getItem: () => '{half',
		setItem: () => {
			throw new DOMException('full', 'QuotaExceededError');
		},
		removeItem: () => {
			throw new DOMException('denied', 'SecurityError');
		}
	});
	expect(() => keepRoute(route)).not.toThrow();
	expect(() => forgetRoute()).not.toThrow();
	expect(keptRoute(route.plan, route.stops, later)).toBeNull();
});
