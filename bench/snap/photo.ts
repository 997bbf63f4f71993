// What the form does to a photo before it is sent, for a page that does nothing else.
import { preparePhoto } from '#lib/evidence/prepare-photo.ts';

Object.assign(globalThis, {
	async prepared(address: string) {
		const file = await (await fetch(address)).blob();
		const startedAt = performance.now();
		const { blob, width, height } = await preparePhoto(file);
		return { given: file.size, sent: blob.size, width, height, ms: performance.now() - startedAt };
	}
});
