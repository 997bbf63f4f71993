// Tiny ONNX models written by code, so that the repository ships none. Field numbers: github.com/onnx/onnx/blob/main/onnx/onnx.proto

type Field = [number: number, value: number | string | Buffer];

function varint(value: number): Buffer {
	const bytes: number[] = [];
	for (let rest = value; ; rest = Math.floor(rest / 128)) {
		if (rest < 128) return Buffer.from([...bytes, rest]);
		bytes.push((rest % 128) + 128);
	}
}

/** A protobuf message. Absent values are simply not given. */
function message(...fields: Field[]): Buffer {
	const parts = fields.map(([number, value]) => {
		if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
		const bytes = Buffer.from(value as Buffer);
		return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
	});
	return Buffer.concat(parts);
}

const FLOAT = 1;
const INT64 = 7;

function tensorShape(name: string, dims: number[]): Buffer {
	const shape = message(...dims.map((dim): Field => [1, message([1, dim])]));
	return message([1, name], [2, message([1, message([1, FLOAT], [2, shape])])]);
}

function floats(name: string, dims: number[], values: number[]): Buffer {
	const raw = Buffer.from(new Float32Array(values).buffer);
	return message(...dims.map((dim): Field => [1, dim]), [2, FLOAT], [8, name], [9, raw]);
}

function integers(name: string, values: number[]): Buffer {
	const raw = Buffer.from(new BigInt64Array(values.map(BigInt)).buffer);
	return message([1, values.length], [2, INT64], [8, name], [9, raw]);
}

function node(type: string, inputs: string[], output: string, attributes: Buffer[] = []): Buffer {
	return message(
		...inputs.map((name): Field => [1, name]),
		[2, output],
		[4, type],
		...attributes.map((attribute): Field => [5, attribute])
	);
}

const whole = (name: string, value: number) => message([1, name], [3, value], [20, 2]);
const wholes = (name: string, values: number[]) =>
	message([1, name], ...values.map((value): Field => [8, value]), [20, 7]);

interface Graph {
	nodes: Buffer[];
	constants: Buffer[];
	input: Buffer;
	output: Buffer;
}

function model({ nodes, constants, input, output }: Graph): Buffer {
	const graph = message(
		...nodes.map((one): Field => [1, one]),
		[2, 'tiny'],
		...constants.map((one): Field => [5, one]),
		[11, input],
		[12, output]
	);
	return message([1, 8], [2, 'kerbside tests'], [7, graph], [8, message([1, ''], [2, 13])]);
}

/**
 * Looks at a picture of 64 × 64 in cells of 8 × 8 and answers in the layout of YOLOv8: one candidate for each cell, as
 * large as the cell, whose first class is how red the cell is and whose second is how blue.
 *
 *   picture ─ AveragePool ─ Gather red, blue ─ Reshape ─┐
 *   where the cells are ────────────────────────────────┴─ Concat ─ output0 1 × 6 × 64
 */
export function colourModel(): Buffer {
	const cells = Array.from({ length: 64 }, (_, i) => ({ x: (i % 8) * 8 + 4, y: Math.floor(i / 8) * 8 + 4 }));
	const places = [cells.map(({ x }) => x), cells.map(({ y }) => y), cells.map(() => 8), cells.map(() => 8)];
	return model({
		nodes: [
			node('AveragePool', ['images'], 'means', [wholes('kernel_shape', [8, 8]), wholes('strides', [8, 8])]),
			node('Gather', ['means', 'channels'], 'colours', [whole('axis', 1)]),
			node('Reshape', ['colours', 'flat'], 'scores'),
			node('Concat', ['places', 'scores'], 'output0', [whole('axis', 1)])
		],
		constants: [
			integers('channels', [0, 2]),
			integers('flat', [1, 2, 64]),
			floats('places', [1, 4, 64], places.flat())
		],
		input: tensorShape('images', [1, 3, 64, 64]),
		output: tensorShape('output0', [1, 6, 64])
	});
}

/** Multiplies large matrices that depend on the picture, `times` over, for no good reason. */
export function slowModel(times: number): Buffer {
	const side = 1600;
	return model({
		nodes: [
			node('ReduceMean', ['images'], 'mean', [wholes('axes', [0, 1, 2, 3]), whole('keepdims', 0)]),
			node('Expand', ['mean', 'large'], 'product0'),
			...Array.from({ length: times }, (_, i) =>
				node('MatMul', [`product${i}`, `product${i}`], `product${i + 1}`)
			),
			node('ReduceMean', [`product${times}`], 'rest', [wholes('axes', [0, 1]), whole('keepdims', 0)]),
			node('Expand', ['rest', 'box'], 'output0')
		],
		constants: [integers('large', [side, side]), integers('box', [1, 1, 6])],
		input: tensorShape('images', [1, 3, 64, 64]),
		output: tensorShape('output0', [1, 1, 6])
	});
}
