import { pathToFileURL } from 'node:url';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { SuggestedCover } from '../covers.ts';
import { readBoxes, type Output } from './boxes.ts';
import { inputTensor, letterboxOf } from './letterbox.ts';
import type { Setup } from './task.ts';

// As much of onnxruntime-web as is used here. It is no dependency of ours, so its own types are not there.
interface Tensor extends Output {
	dispose(): void;
}

interface Session {
	inputNames: readonly string[];
	outputNames: readonly string[];
	run(feeds: Record<string, Tensor>, fetches: string[]): Promise<Record<string, Tensor>>;
}

interface Runtime {
	env: { wasm: { numThreads: number }; logLevel: string };
	InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
	Tensor: new (type: 'float32', data: Float32Array, dims: number[]) => Tensor;
}

export interface Model {
	detect(picture: Uint8Array): Promise<SuggestedCover[]>;
}

/** Loads the model and tries it on an empty picture. Throws a sentence about what does not fit the manifest. */
export async function loadModel({ manifest, model, runtime }: Setup): Promise<Model> {
	const namespace = (await import(pathToFileURL(runtime).href)) as Runtime & { default?: Runtime };
	const ort = namespace.default ?? namespace;
	ort.env.wasm.numThreads = 1;
	ort.env.logLevel = 'error';
	const session = await ort.InferenceSession.create(await readFile(model), {
		executionProviders: ['wasm'],
		// The runtime would keep what the largest picture needed; ours are all of one size.
		enableMemPattern: true
	});
	const { input, output } = manifest;
	assertNamed('input', input.name, session.inputNames);
	assertNamed('output', output.name, session.outputNames);

	const detect = async (picture: Uint8Array) => {
		const { width, height } = await sharp(picture).metadata();
		const letterbox = letterboxOf({ width, height }, input);
		const { innerWidth, innerHeight } = letterbox;
		const pixels = await sharp(picture)
			.resize(innerWidth, innerHeight, { fit: 'fill', kernel: 'linear' })
			.flatten({ background: '#fff' })
			.toColourspace('srgb')
			.raw({ depth: 'uchar' })
			.toBuffer();
		const shape = [input.height, input.width];
		const dims = input.layout === 'nchw' ? [1, 3, ...shape] : [1, ...shape, 3];
		const tensor = new ort.Tensor('float32', inputTensor(pixels, letterbox, input), dims);
		const { [output.name]: found } = await session.run({ [input.name]: tensor }, [output.name]);
		try {
			if (!found) throw new Error(`The model gave no output "${output.name}".`);
			return readBoxes(found, letterbox, manifest);
		} finally {
			tensor.dispose();
			found?.dispose();
		}
	};
	await detect(
		await sharp({ create: { width: 64, height: 48, channels: 3, background: '#777' } })
			.png()
			.toBuffer()
	);
	return { detect };
}

function assertNamed(what: string, name: string, names: readonly string[]): void {
	if (names.includes(name)) return;
	throw new Error(`The model has no ${what} "${name}"; it has ${names.map((one) => `"${one}"`).join(', ')}.`);
}
