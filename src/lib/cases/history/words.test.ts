import { describe, expect, it } from 'vitest';
import { Months, Numbering } from './gaps.ts';
import { blot, personalByContent, personalByName } from './personal.ts';
import { readNumber, readPair } from './places.ts';
import { findSpikes } from './spikes.ts';
import { categoryMeant, likeness, sourceMeant, statusMeant } from './words.ts';

it.each([
	['已结案', 'closed'],
	['未结案', 'dispatched'],
	['待核查', 'handled'],
	['处置中', 'handling'],
	['待派遣', 'filed'],
	['缓办', 'suspended'],
	['作废', 'voided'],
	['不予立案', 'declined'],
	['Open', 'dispatched'],
	['Closed', 'closed'],
	['In Progress', 'handling'],
	['returned', 'returned'],
	['蓝色', null]
])('the status %s is %s', (value, meant) => {
	expect(statusMeant(value)).toBe(meant);
});

it.each([
	['12345热线', 'hotline'],
	['监督员上报', 'inspector'],
	['微信随手拍', 'citizen'],
	['Constituent Call', 'hotline'],
	['City Worker App', 'inspector'],
	['Citizens Connect App', 'citizen'],
	['视频智能识别', 'api'],
	['其他', 'import']
])('the source %s is %s', (value, meant) => {
	expect(sourceMeant(value)).toBe(meant);
});

it.each([
	['占道洗车', '0551'],
	['共享单车乱停放', '0506'],
	['机动车违停', '0505'],
	['Illegal Dumping', '0507'],
	['Street Light Outages', null]
])('the category %s is %s', (value, code) => {
	expect(categoryMeant(value)).toBe(code);
});

it('names are alike by the pairs of signs they share', () => {
	expect(likeness('店外经营', '店外经营（超门窗）')).toBeGreaterThan(0.5);
	expect(likeness('店外经营', '路灯不亮')).toBe(0);
});

describe('what is personal', () => {
	it.each([
		['举报人电话', 'phone'],
		['联系人', 'name'],
		['身份证号', 'identity'],
		['车牌号', 'plate'],
		['结案时间', null],
		['责任单位', null]
	])('a column called %s is %s', (name, kind) => {
		expect(personalByName(name)).toBe(kind);
	});

	it('is found by what stands in a column, whatever it is called', () => {
		expect(personalByContent(['13912345678', '１３９１２３４５６７９', '', '无'])).toBe('phone');
		expect(personalByContent(['苏M·A1234', '苏M12345'])).toBe('plate');
		expect(personalByContent(['101001240734', '101001240735'])).toBeNull();
	});

	it.each([
		['请致电13912345678处理', '请致电＊处理'],
		['车主 320684199001011234，苏M·A1234', '车主 ＊,＊'],
		['a@b.cn 反映', '＊ 反映'],
		['金桥路12号，占道洗车（第3次）', '金桥路12号，占道洗车（第3次）']
	])('%s is kept as %s', (text, kept) => {
		expect(blot(text)).toBe(kept);
	});
});

it.each([
	['120.1234', 120.1234],
	['１２０．５', 120.5],
	['120.5°', 120.5],
	['120,5', 120.5],
	['', null],
	['东经', null],
	['1e400', null],
	['NaN', null]
])('the number %j is %j', (text, number) => {
	expect(readNumber(text)).toBe(number);
});

it.each([
	['119.9,32.4', [119.9, 32.4]],
	['（119.9，32.4）', [119.9, 32.4]],
	['POINT (119.9 32.4)', [119.9, 32.4]],
	['SRID=4326;POINT(119.9 32.4)', [119.9, 32.4]],
	['金桥路', null]
])('the place %j is %j', (text, pair) => {
	expect(readPair(text)).toEqual(pair);
});

describe('a default geocode', () => {
	const elsewhere = Array.from({ length: 900 }, (_, i): [number, number] => [119 + (i % 300) / 1000, 32]);

	it('is a place with implausibly many rows', () => {
		const places = [...elsewhere, ...Array.from({ length: 100 }, (): [number, number] => [119.5, 32.5])];
		expect(findSpikes(places)).toEqual([{ lng: 119.5, lat: 32.5, rows: 100 }]);
	});

	it('is not found where the busiest corner is only busy', () => {
		expect(findSpikes([...elsewhere, ...elsewhere.slice(0, 20)])).toEqual([]);
	});
});

describe('gaps', () => {
	const year = Array.from({ length: 12 }, (_, i) => `2025-${String(i + 1).padStart(2, '0')}`);

	it('are months without what is otherwise frequent', () => {
		const months = new Months();
		for (const month of year) {
			for (let n = 0; n < 40; n += 1) months.add(month, '店外经营');
			for (let n = 0; n < 30; n += 1) if (month !== '2025-06') months.add(month, '占道洗车');
			months.add(month, '露天烧烤');
		}
		expect(months.gaps()).toEqual([{ value: '占道洗车', month: '2025-06', expected: 30 }]);
		expect(months.empty()).toEqual([]);
	});

	it('are not made of a season', () => {
		const months = new Months();
		for (const month of year) {
			months.add(month, '');
			if (month < '2025-04') for (let n = 0; n < 90; n += 1) months.add(month, '积雪');
		}
		expect(months.gaps()).toEqual([]);
	});

	it('are numbers given out that the file does not hold', () => {
		const numbering = new Numbering();
		for (let n = 1; n <= 1000; n += 1) if (n % 4 !== 0) numbering.add(String(2025000 + n));
		expect(numbering.missing()).toEqual({ first: 2025001, last: 2025999, given: 999, missing: 249 });
	});

	it('cannot be seen in numbers that are no running numbers', () => {
		const numbering = new Numbering();
		for (let n = 1; n <= 1000; n += 1) numbering.add(`E05${n}`);
		expect(numbering.missing()).toBeNull();
	});
});
