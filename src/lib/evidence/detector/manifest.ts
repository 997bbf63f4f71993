// detector.json: how a model that a city brought wants its picture, and what its numbers mean. The file is the city's, so
// everything in it is checked before the model is loaded.
import * as v from 'valibot';

/** What is worth covering. A model may know more; the rest of it is left out. */
export const KINDS = ['face', 'plate'] as const;
export type Kind = (typeof KINDS)[number];

const text = (longest: number) =>
	v.pipe(
		v.string('expected a text'),
		v.trim(),
		v.minLength(1, 'is empty'),
		v.maxLength(longest, 'is too long')
	);
const share = v.pipe(
	v.number('expected a number'),
	v.minValue(0, 'expected 0 to 1'),
	v.maxValue(1, 'expected 0 to 1')
);
const side = v.pipe(
	v.number('expected a number'),
	v.integer('expected whole pixels'),
	v.minValue(32, 'expected 32 to 2048 pixels'),
	v.maxValue(2048, 'expected 32 to 2048 pixels')
);
const perChannel = v.union(
	[v.number(), v.pipe(v.array(v.number()), v.length(3))],
	'expected a number, or three: one per channel'
);

const outputs = v.variant(
	'format',
	[
		v.strictObject({
			format: v.literal('yolov8'),
			name: text(200),
			/** Channels after the classes that are not ours, such as a face model's key points. */
			extra: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)), 0)
		}),
		v.strictObject({
			format: v.literal('boxes'),
			name: text(200),
			/** Whether corners are counted in pixels of the input, or as shares of it. */
			unit: v.optional(v.picklist(['pixels', 'fractions'], 'expected pixels or fractions'), 'pixels')
		})
	],
	'expected "yolov8" or "boxes"'
);

const schema = v.strictObject(
	{
		name: text(100),
		version: text(100),
		/** Shown beside the model's name, so that whoever uses it knows on what terms. */
		licence: v.optional(text(200)),
		file: v.pipe(
			text(200),
			v.regex(/^[^/\\]+\.onnx$/i, 'expected the name of a file beside detector.json, ending in .onnx')
		),
		runtime: v.literal('onnx', 'expected "onnx"'),
		input: v.strictObject({
			name: text(200),
			width: side,
			height: side,
			layout: v.optional(v.picklist(['nchw', 'nhwc'], 'expected nchw or nhwc'), 'nchw'),
			order: v.optional(v.picklist(['rgb', 'bgr'], 'expected rgb or bgr'), 'rgb'),
			/** A channel goes in as (0 to 255 − mean) × scale. */
			mean: v.optional(perChannel, 0),
			scale: v.optional(perChannel, 1 / 255),
			/** The grey around a picture of another shape, 0 to 255. */
			padding: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(255)), 114)
		}),
		output: outputs,
		/** What the model's classes are, in its order; null for those of no concern. */
		classes: v.pipe(
			v.array(v.nullable(v.picklist(KINDS, 'expected "face", "plate" or null'))),
			v.minLength(1, 'is empty'),
			v.maxLength(1000, 'is too long'),
			v.check((classes) => classes.some(Boolean), 'names neither a face nor a plate')
		),
		score: v.optional(share, 0.35),
		iou: v.optional(share, 0.5)
	},
	(issue) => (issue.expected === 'never' ? 'is not known' : 'is missing or of the wrong kind')
);

export type Manifest = v.InferOutput<typeof schema>;

/** The manifest, or a sentence for each thing wrong with it. */
export function parseManifest(json: string): { manifest: Manifest } | { problems: string[] } {
	let given: unknown;
	try {
		given = JSON.parse(json.replace(/^\uFEFF/, ''));
	} catch (error) {
		return { problems: [`detector.json is not JSON: ${(error as Error).message}.`] };
	}
	const found = v.safeParse(schema, given);
	if (found.success) return { manifest: found.output };
	const sentences = found.issues.map(
		(issue) => `detector.json: ${v.getDotPath(issue) ?? 'it'} ${issue.message}.`
	);
	return { problems: [...new Set(sentences)] };
}
