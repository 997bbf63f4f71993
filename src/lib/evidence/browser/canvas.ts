import type { Encoding, Step } from './steps.ts';
import type { Size } from './picture.ts';

export type Canvas = OffscreenCanvas | HTMLCanvasElement;

export function makeCanvas({ width, height }: Size): Canvas {
	if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
	return Object.assign(document.createElement('canvas'), { width, height });
}

/** Draws `source` over the whole of a new canvas. See-through parts become white, as on paper. */
export function drawn(source: CanvasImageSource, size: Size): Canvas {
	const canvas = makeCanvas(size);
	const pen = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D | null;
	if (!pen) throw new Error('No canvas to draw on');
	pen.fillStyle = '#fff';
	pen.fillRect(0, 0, size.width, size.height);
	pen.imageSmoothingEnabled = true;
	pen.imageSmoothingQuality = 'high';
	pen.drawImage(source, 0, 0, size.width, size.height);
	return canvas;
}

/** A canvas keeps its pixels until it is collected; a phone wants them back now. */
export function release(canvas: Canvas): void {
	canvas.width = 0;
	canvas.height = 0;
}

/** Null when the browser cannot write this kind: it would quietly write PNG. */
export async function encoded(
	canvas: Canvas,
	type: Encoding,
	quality: Step['quality']
): Promise<Blob | null> {
	const blob =
		'convertToBlob' in canvas
			? await canvas.convertToBlob({ type, quality })
			: await new Promise<Blob | null>((done) => canvas.toBlob(done, type, quality));
	return blob && blob.type === type && blob.size > 0 ? blob : null;
}

/** WebP where the browser can write it: a third less for the same picture. Safari reads it but writes none. */
export async function bestEncoding(): Promise<Encoding> {
	const tiny = makeCanvas({ width: 1, height: 1 });
	// A canvas without a context has nothing to be written.
	tiny.getContext('2d');
	const blob = await encoded(tiny, 'image/webp', 0.8).catch(() => null);
	return blob ? 'image/webp' : 'image/jpeg';
}
