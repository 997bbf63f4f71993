// What identifies a person does not come in with history: whole columns are left out, and texts are blotted.
const phone =
	/(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)|(?<!\d)\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)/g;
const identity = /(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g;
const plate =
	/[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]/g;
const mail = /[\w.+-]+@[\w-]+\.[\w.-]+/g;
const marks = [identity, phone, plate, mail];

/** Why a column is not read, judged by its name. */
const personalNames: [RegExp, PersonalKind][] = [
	[/身份证|证件号|id_?card|passport|ssn/i, 'identity'],
	[/电话|手机|联系方式|phone|mobile|telephone|\btel\b/i, 'phone'],
	[/邮箱|e-?mail/i, 'mail'],
	[/车牌|号牌|车号|plate|licen[cs]e_?(no|number)/i, 'plate'],
	[
		/姓名|联系人|举报人|投诉人|当事人|上报人|反映人|采集员|监督员|处置人|经办人|负责人|店主|first_?name|last_?name|full_?name|contact|complainant|caller|reporter|submitted_?by|owner/i,
		'name'
	],
	[/微信|openid|wechat|qq号|ip_?addr|user_?id/i, 'account']
];
export type PersonalKind = 'identity' | 'phone' | 'mail' | 'plate' | 'name' | 'account';

export function personalByName(column: string): PersonalKind | null {
	return personalNames.find(([pattern]) => pattern.test(column))?.[1] ?? null;
}

/** Judged by what stands in it: more than a fifth of the texts are nothing but such a thing. */
export function personalByContent(texts: readonly string[]): PersonalKind | null {
	if (texts.length === 0) return null;
	const kinds: [PersonalKind, RegExp][] = [
		['identity', identity],
		['phone', phone],
		['plate', plate],
		['mail', mail]
	];
	for (const [kind, pattern] of kinds) {
		const whole = texts.filter((text) => isOnly(text, pattern)).length;
		if (whole > texts.length * 0.2) return kind;
	}
	return null;
}

function isOnly(text: string, pattern: RegExp): boolean {
	const narrow = text.normalize('NFKC').trim();
	return narrow !== '' && narrow.replace(pattern, '') === '';
}

/** A text without phone numbers, identity numbers, plates and addresses of mail: each becomes “＊”. */
export function blot(text: string): string {
	// Full-width digits are found too; a text without any find keeps its own punctuation.
	const narrow = text.normalize('NFKC');
	const blotted = marks.reduce((some, pattern) => some.replace(pattern, '＊'), narrow);
	return blotted === narrow ? text : blotted;
}
