import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Notice } from './enforcement.ts';
import { writeNotice } from './notice-file.server.ts';
import { chineseDate, fitting, linesAt, sheetOf } from './sheet.ts';

const name = { id: 'n', kind: 'name', erased_at: null } as Notice['particulars'][number];
const plate = { ...name, id: 'p', kind: 'plate' } as typeof name;
const notice = {
	id: 'x',
	kind: 'order',
	label: '城管限改字〔2026〕第0007号',
	title: '限期整改通知书',
	body: '{{addressee}}：\n\n{{unit}}于{{date}}在{{street}}检查时发现：{{found}}（{{category}}）。请于{{deadline}}前整改。{{price}}',
	unit: '一中队',
	street: '金桥路',
	category: '店外经营',
	site: '老王烧饼',
	vehicle: null,
	addressee: 'n',
	particulars: [name, plate],
	found: '占用人行道摆放桌椅。',
	issued_at: '2026-09-28T02:00:00Z',
	deadline: '2026-10-02T16:30:00Z',
	issued_by: '陈队员',
	case_number: 'E0504202609280001',
	is_demo: true,
	city: '演示市',
	withdrawn_at: null,
	served_at: null
} as unknown as Notice;

describe('a notice on paper', () => {
	it('has the template filled in, by the city’s clock', () => {
		const { paragraphs } = sheetOf(notice, 'Asia/Shanghai', { n: '王大明' });
		expect(paragraphs).toEqual([
			'老王烧饼　王大明：',
			'一中队于2026年9月28日在金桥路检查时发现：占用人行道摆放桌椅（店外经营）。请于2026年10月3日前整改。{{price}}'
		]);
	});

	it('leaves blank what was not revealed', () => {
		expect(sheetOf(notice, 'Asia/Shanghai').paragraphs[0]).toBe('老王烧饼　＿＿＿＿＿＿＿＿：');
		const tricycle = { ...notice, site: null, addressee: null, vehicle: '电动三轮车' };
		expect(sheetOf(tricycle, 'Asia/Shanghai').paragraphs[0]).toBe('电动三轮车（车牌＿＿＿＿＿＿＿＿）：');
		expect(sheetOf(tricycle, 'Asia/Shanghai', { p: '苏K·12345' }).paragraphs[0]).toBe(
			'电动三轮车（苏K·12345）：'
		);
	});

	it('gets smaller where it says more, and still stays on the page at its longest', () => {
		expect(fitting(['短']).size).toBe(14);
		// The longest template there may be, with the longest finding.
		const longest = [...Array.from({ length: 17 }, () => '字'.repeat(28)), '字'.repeat(28 + 200)];
		const { size, line } = fitting(longest);
		expect(size).toBeLessThan(14);
		expect(linesAt(longest, size) * line).toBeLessThanOrEqual(410);
	});

	it('is dated by the city', () => {
		expect(chineseDate('2026-12-31T16:00:00Z', 'Asia/Shanghai')).toBe('2027年1月1日');
	});

	it('is a Word file of one A4 page with its number, its deadline and the demo’s mark', async () => {
		const parts = unzipSync(new Uint8Array(await writeNotice(sheetOf(notice, 'Asia/Shanghai'))));
		const xml = strFromU8(parts['word/document.xml']!);
		const text = xml.replace(/<[^>]+>/g, '');
		for (const words of [
			'城管限改字〔2026〕第0007号',
			'2026年10月3日',
			'限期整改通知书',
			'演示数据',
			'一中队'
		])
			expect(text).toContain(words);
		expect(text).not.toContain('王大明');
		expect(xml).toContain('w:w="11906" w:h="16838"');
		expect(xml).toContain('仿宋');
		expect(xml).not.toContain('w:br w:type="page"');
	});
});
