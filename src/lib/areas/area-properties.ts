import { areaKinds, type AreaKind } from '#lib/city/import/shapes.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import { asText, type AreaOptions, type AreaProperties, type RawArea } from './area-draft.ts';

/** What offices and programs call these properties, the likeliest first. Compared without case, spaces and underscores. */
const calledName = [
	'name',
	'名称',
	'网格名称',
	'责任区',
	'责任区名称',
	'区域名称',
	'网格',
	'mc',
	'wgmc',
	'qymc',
	'title',
	'label',
	'nam',
	'bt'
];
const calledUnit = [
	'unit',
	'责任单位',
	'单位',
	'责任单位名称',
	'单位名称',
	'管理单位',
	'中队',
	'执法中队',
	'team',
	'dept',
	'department',
	'zrdw',
	'zrdwmc',
	'dwmc',
	'owner'
];
const calledNameEn = ['nameen', 'name:en', '英文名', '英文名称', 'enname', 'engname'];
const calledKey = [
	'key',
	'id',
	'编号',
	'编码',
	'网格编码',
	'网格编号',
	'code',
	'bm',
	'wgbm',
	'gridid',
	'gridcode'
];

/**
 * Which property is what: as told, failing that by its name, failing that by what stands in it. Throws `RefusedFile`
 * when a property told is not there, or nothing could be a name.
 */
export function chooseProperties(rows: readonly RawArea[], options: AreaOptions): AreaProperties {
	const fields = [...new Set(rows.slice(0, 5000).flatMap(({ properties }) => Object.keys(properties)))].slice(
		0,
		200
	);
	const told = (property: string | null | undefined, code: string) => {
		if (property === undefined || property === null || property === '') return null;
		if (fields.includes(property)) return property;
		throw refuseFile('ground', code, { property: property.slice(0, 60), fields: listed(fields) });
	};
	const called = (words: readonly string[]) => {
		const plain = (field: string) => field.toLowerCase().replace(/[\s_]/g, '');
		for (const word of words) {
			const field = fields.find((one) => plain(one) === word);
			if (field !== undefined && rows.some(({ properties }) => asText(properties[field]) !== null))
				return field;
		}
		return null;
	};
	const name =
		told(options.name, 'name_property_missing') ?? called(calledName) ?? likeliestName(rows, fields);
	if (name === null) {
		throw fields.length > 0
			? refuseFile('ground', 'name_property_unknown', { fields: listed(fields) })
			: refuseFile('ground', 'no_properties');
	}
	const unit =
		options.unit === '' ? null : (told(options.unit, 'unit_property_missing') ?? called(calledUnit));
	return {
		kind: options.kind ? null : kindProperty(rows, fields),
		name,
		unit: unit === name ? null : unit,
		nameEn: told(options.nameEn, 'property_missing') ?? called(calledNameEn),
		key: told(options.key, 'property_missing') ?? called(calledKey),
		fields
	};
}

/** The property with the most different words in it: numbers, codes and sentences are no names. */
function likeliestName(rows: readonly RawArea[], fields: readonly string[]): string | null {
	const sample = rows.slice(0, 2000);
	let best: string | null = null;
	let most = 0;
	for (const field of fields) {
		const words = sample
			.map(({ properties }) => properties[field])
			.filter(
				(value): value is string => typeof value === 'string' && /\p{L}/u.test(value) && value.length <= 60
			);
		const different = new Set(words).size;
		if (words.length < sample.length / 2 || different <= most) continue;
		[best, most] = [field, different];
	}
	return best;
}

function kindProperty(rows: readonly RawArea[], fields: readonly string[]): string | null {
	return fields.includes('kind') && rows.some(({ properties }) => isKind(properties.kind)) ? 'kind' : null;
}

export function isKind(value: unknown): value is AreaKind {
	return areaKinds.some((kind) => kind === value);
}

function listed(fields: readonly string[]): string {
	const shown = fields.slice(0, 20).map((field) => field.slice(0, 40));
	return shown.join(', ') + (fields.length > shown.length ? ' …' : '');
}
