import { dutyGrids, placesOfDuty } from './areas.ts';
import { cutAtJunctions, settleEnds, type DrawnLine } from './network.ts';
import { centre, curveThrough, isInside, offset, toLngLat, type LngLat, type Metres } from './plane.ts';
import { scenery } from './scenery.ts';
import { beyondRingRoad, canalLine, demoStreets, ringRoadNames } from './streets.ts';
import type { AreaImport, CityRecord, FeatureImport, SegmentImport } from '../import/shapes.ts';

export interface District {
	city: CityRecord;
	segments: SegmentImport[];
	areas: AreaImport[];
	features: FeatureImport[];
}

/** The built-in district: 演示市 is no real town, and the same one every time. Takes about a second to draw. */
export function demoDistrict(): District {
	const outline = outlineOfDistrict();
	const streets = settleEnds(
		demoStreets.map(({ key, through }) => ({ key, points: within(outline, curveThrough(through)) }))
	);
	const canal = { key: 'canal', points: within(outline, curveThrough(canalLine)) };
	const half = Math.floor(outline.length / 2);
	const edges: DrawnLine[] = [
		{ key: 'outline-east', points: outline.slice(0, half + 1) },
		{ key: 'outline-west', points: [...outline.slice(half), outline[0]!] }
	];
	const { grids, blocks } = dutyGrids([...streets, canal, ...edges]);
	const segments = segmentsOf(streets);
	return {
		city: {
			name: '演示市',
			name_en: 'Demo City',
			center: centre,
			bbox: boxAround(segments.flatMap(({ line }) => line)),
			time_zone: 'Asia/Shanghai',
			is_demo: true
		},
		segments,
		areas: [...grids, ...placesOfDuty].map(({ key, kind, name, nameEn, unit, unitEn, ring }) => ({
			key,
			kind,
			name,
			name_en: nameEn,
			unit,
			unit_en: unitEn,
			geometry: { type: 'Polygon', coordinates: [closed(ring)] }
		})),
		features: scenery(blocks).map(({ key, kind, name, nameEn, rings }) => ({
			key,
			kind,
			name,
			name_en: nameEn,
			geometry:
				kind === 'place'
					? { type: 'Point', coordinates: toLngLat(rings[0]![0]!) }
					: { type: 'Polygon', coordinates: rings.map(closed) }
		}))
	};
}

function segmentsOf(streets: readonly DrawnLine[]): SegmentImport[] {
	const { pieces } = cutAtJunctions(streets);
	return pieces.map((piece) => {
		const street = demoStreets.find(({ key }) => key === piece.line)!;
		return {
			key: `${piece.line}:${piece.number}`,
			street_key: street.key,
			name: street.name,
			name_en: street.nameEn,
			class: street.class,
			oneway: street.oneway,
			from_junction: `demo:${piece.from}`,
			to_junction: `demo:${piece.to}`,
			line: piece.points.map(toLngLat)
		};
	});
}

function outlineOfDistrict(): Metres[] {
	const ring = ringRoadNames.flatMap((name) => {
		const part = demoStreets.find((street) => street.name === name)!;
		return curveThrough(part.through, 60).slice(0, -1);
	});
	// The ring road runs clockwise, so its left is outside.
	return offset([...ring, ring[0]!], beyondRingRoad).slice(0, -1);
}

/** The part of a line inside the ring; lines leave the district at their ends only. */
function within(ring: readonly Metres[], line: readonly Metres[]): Metres[] {
	const kept: Metres[] = [];
	line.forEach((point, i) => {
		const isIn = isInside(point, ring);
		const before = line[i - 1];
		if (before && isIn !== isInside(before, ring))
			kept.push(leaving(ring, isIn ? point : before, isIn ? before : point));
		if (isIn) kept.push(point);
	});
	return kept;
}

// Bisection: 40 halvings of a 30 m edge are far below a millimetre.
function leaving(ring: readonly Metres[], inside: Metres, outside: Metres): Metres {
	let [a, b] = [inside, outside];
	for (let i = 0; i < 40; i++) {
		const middle: Metres = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
		if (isInside(middle, ring)) a = middle;
		else b = middle;
	}
	return a;
}

function closed(ring: readonly Metres[]): LngLat[] {
	const points = ring.map(toLngLat);
	return [...points, points[0]!];
}

function boxAround(points: readonly LngLat[]): [number, number, number, number] {
	const [lngs, lats] = [points.map(([lng]) => lng), points.map(([, lat]) => lat)];
	return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}
