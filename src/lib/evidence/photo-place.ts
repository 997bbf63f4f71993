/** Where a photo's tag says it was taken, and when: read in the browser, before shrinking drops the tag. */
export interface PhotoPlace {
	lng: number;
	lat: number;
	accuracy_m: number | null;
}

/** Null when there is no place in it, or nothing that can be read. The reader is loaded when the first photo is there. */
export async function readPhotoPlace(photo: Blob): Promise<PhotoPlace | null> {
	try {
		const { default: exifr } = await import('exifr/dist/lite.esm.mjs');
		const tags = await exifr.parse(await photo.arrayBuffer(), {
			gps: true,
			tiff: true,
			exif: false,
			ifd1: false
		});
		const lng = Number(tags?.longitude ?? NaN);
		const lat = Number(tags?.latitude ?? NaN);
		const isPlace = Math.abs(lng) <= 180 && Math.abs(lat) <= 90 && !(lng === 0 && lat === 0);
		if (!isPlace) return null;
		const error = Number(tags?.GPSHPositioningError ?? NaN);
		return { lng, lat, accuracy_m: error >= 0 && error <= 10_000 ? error : null };
	} catch {
		return null;
	}
}
