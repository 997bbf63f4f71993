import { pointOnFeature } from '@turf/turf';

/** A point inside an outline, where its name can stand. */
export function middleOf(geometry: unknown): unknown {
	return pointOnFeature(geometry as Parameters<typeof pointOnFeature>[0]).geometry;
}
