import decode from 'heic-decode';
import { heifSize } from '../heif.ts';
import { MAX_HEIC_PIXELS, TooHeavy } from './task.ts';

/** sharp cannot read a phone's HEIC (its HEVC is not free): libheif in WebAssembly can. Upright RGBA. */
export async function decodeHeic(
	bytes: Uint8Array
): Promise<{ data: Uint8Array; width: number; height: number }> {
	const announced = heifSize(bytes);
	if (!announced) throw new Error('A HEIF without a size.');
	assertBearable(announced);
	const pictures = await decode.all({ buffer: bytes });
	try {
		const [first] = pictures;
		if (!first) throw new Error('A HEIF without a picture.');
		// The boxes may lie: the decoder's own word counts before it makes room for pixels.
		assertBearable(first);
		const { data, width, height } = await first.decode();
		return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
	} finally {
		pictures.dispose();
	}
}

function assertBearable({ width, height }: { width: number; height: number }): void {
	if (width * height > MAX_HEIC_PIXELS) throw new TooHeavy(`${width} × ${height} pixels of HEVC.`);
}
