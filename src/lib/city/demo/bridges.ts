import type { Ground, TownPlan } from './ground.ts';
import { bridges } from './plan/places.ts';
import { bend, distance, isInside, lerp, ribbon, type Metres } from './plane.ts';

/** The decks of the bridges that have a name: the stretch of a street over a water, and some metres of either bank. */
export function bridgeDecks(plan: TownPlan): Ground[] {
	return bridges.map(({ name, nameEn, street, water, near }, i): Ground => {
		const pool = plan.water.find(({ key }) => key === water);
		const line = plan.lines.find((one) => one.street.name === street);
		if (!pool || !line) throw new Error(`${name} joins ${street} and ${water}, one of which is not drawn.`);
		const wet = overWater(line.points, pool, bend(near));
		if (!wet) throw new Error(`${name}: ${street} does not cross ${water} near ${near}.`);
		const tags = { man_made: 'bridge', layer: '1' };
		return { key: `bridge-${i + 1}`, name, nameEn, tags, rings: [ribbon(wet, 14)] };
	});
}

/** The first and last point over the water, of the crossing nearest to a place. */
function overWater(points: readonly Metres[], pool: Ground, near: Metres): [Metres, Metres] | null {
	const stretches: Metres[][] = [];
	let isOn = false;
	for (let i = 0; i + 1 < points.length; i += 1) {
		const parts = Math.max(1, Math.round(distance(points[i]!, points[i + 1]!) / 2));
		for (let part = 0; part < parts; part += 1) {
			const at = lerp(points[i]!, points[i + 1]!, part / parts);
			const isWet = isInside(at, pool.rings[0]!) && !pool.rings.slice(1).some((ring) => isInside(at, ring));
			if (isWet && !isOn) stretches.push([]);
			if (isWet) stretches.at(-1)!.push(at);
			isOn = isWet;
		}
	}
	const away = (stretch: Metres[]) => distance(stretch[0]!, near);
	const nearest = stretches.filter(({ length }) => length > 1).sort((a, b) => away(a) - away(b))[0];
	if (!nearest || away(nearest) > 200) return null;
	const [from, to] = [nearest[0]!, nearest.at(-1)!];
	const bank = 8 / distance(from, to);
	return [lerp(from, to, -bank), lerp(from, to, 1 + bank)];
}
