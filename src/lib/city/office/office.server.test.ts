import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AreaDraft } from '#lib/areas/area-draft.ts';
import { applyAreas } from '#lib/areas/areas.server.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import {
	importKinds,
	type Applied,
	type Draft,
	type ImportFile,
	type ImportKind
} from '#lib/city/import/importer.ts';
import { readers, type Reader } from '#lib/city/import/readers.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import { anonClient, call, serviceClient, staffClient, type Client } from '#lib/database/client.server.ts';
import { memoryLog, ROOT } from '#lib/database/embedded/scratch-database.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { emailOf } from '#lib/staff/login.ts';
import { migratedDataDir } from '#test/support/migrated.ts';
import { readCalendar } from './calendar.ts';
import { readCategories } from './categories.ts';
import { exportKinds, exportPieces, formatsOf, type ExportKind } from './exports.server.ts';
import { readFacilities } from './facilities.ts';
import {
	applyCalendar,
	applyCategories,
	applyFacilities,
	applyRetention,
	applyShifts,
	applyUnits,
	categoryRecords,
	unitRecords
} from './office.server.ts';
import { applyStaff, listStaff, type OneTimePassword } from './staff.server.ts';
import { readShifts } from './shifts.ts';
import { readStaff } from './staff.ts';
import { readUnits } from './units.ts';

/** The sentences of both languages, by the names findings give them. */
const sentences = async (language: string): Promise<Record<string, string>> =>
	Object.assign(
		{},
		...(await Promise.all(
			['office', 'ground'].map(async (domain) =>
				JSON.parse(await readFile(join(ROOT, `messages/${language}/${domain}.json`), 'utf8'))
			)
		))
	);
const [chinese, english] = await Promise.all([sentences('zh-CN'), sentences('en')]);
const areaOptions = { kind: null, name: null, unit: null, datum: null, partial: false };

let dataDir: string;
let home: Home;
let client: Client;
beforeAll(async () => {
	dataDir = await migratedDataDir('office');
	home = await openHome({ dataDir, demo: false, log: memoryLog(), root: ROOT });
	client = serviceClient(home);
	await call(client, 'set_city', {
		city: {
			name: '试点市',
			name_en: 'Trial City',
			center: [119.45, 32.75],
			bbox: [119.4, 32.7, 119.5, 32.8],
			time_zone: 'Asia/Shanghai',
			is_demo: false
		}
	});
}, 120_000);
afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

const csv = (text: string): ImportFile => ({ name: 'a.csv', bytes: Buffer.from(text) });

async function exported(kind: ExportKind, format: 'csv' | 'xlsx' | 'geojson'): Promise<ImportFile> {
	const pieces: Uint8Array[] = [];
	for await (const piece of exportPieces(client, kind, format)) pieces.push(piece);
	return { name: `${kind}.${format}`, bytes: Buffer.concat(pieces) };
}

async function read(kind: ImportKind, file: ImportFile): Promise<Draft> {
	const reader = (await readers[kind]()) as unknown as Reader<Draft, object>;
	return reader(file, kind === 'areas' ? areaOptions : {}, await loadKnown(client));
}

describe('the office’s tables', () => {
	it('fill a new city', async () => {
		const units = await readUnits(
			csv('编号,名称,上级\ncgj,城市管理局,\n1,一中队,城市管理局\n2,"=二,中队",cgj\n')
		);
		expect(await applyUnits(client, units)).toMatchObject({ added: 3, rejected: [] });
		const facilities = await readFacilities(
			csv('编号,类型,名称,经度,纬度,车位,空位,状态\nw1,洗车点,宝塔,119.4512345,32.75,25,3,在建\n')
		);
		expect(await applyFacilities(client, facilities)).toMatchObject({ added: 1, rejected: [] });
		const calendar = await readCalendar(
			csv('日期,类型,名称,星期,上班时间,下班时间\n2027-01-01,休息,元旦,,,\n,,,周六,9:00,12:00\n')
		);
		expect(await applyCalendar(client, calendar)).toMatchObject({ added: 1 });
		const areas = (await read(
			'areas',
			csv(
				'编号,类型,名称,责任单位,几何\na1,duty_grid,一网格,1,"POLYGON((119.45 32.75,119.46 32.75,119.46 32.76,119.45 32.75))"\n'
			)
		)) as AreaDraft;
		expect(await applyAreas(client, areas)).toMatchObject({ added: 1, rejected: [] });
		const known = await loadKnown(client);
		const staff = await readStaff(
			csv(
				'姓名,登录名,角色,责任单位,责任区,有效期起,有效期止\n钱七,qian,执法队、监督员,一中队,一网格,2026-10-01,2027-12-31\n孙八,sun,管理员,,,,\n孙八,sun,值班长,,,,2026-12-01T03:04:05.678Z\n'
			),
			{},
			known
		);
		expect(await applyStaff(home, staff)).toMatchObject({ added: 2, rejected: [] });
		const shifts = await readShifts(
			csv(
				'班次,责任单位,上班时间,下班时间,星期,开始日期,人员\n夜班,一中队,22:00,6:00,周一至周五,2026-10-01,qian\n'
			),
			{},
			known
		);
		expect(await applyShifts(client, shifts)).toMatchObject({ added: 1, rejected: [] });
		const categories = await readCategories(
			csv('代码,名称,处置时限,默认责任单位\n501,无照经营游商,7,1\n'),
			{},
			known
		);
		expect(await applyCategories(client, categories)).toMatchObject({ changed: 1, rejected: [] });
		expect((await categoryRecords(client)).find(({ code }) => code === '0501')).toMatchObject({
			handle_working_hours: 7,
			default_unit: '1'
		});
		expect((await unitRecords(client)).find(({ key }) => key === '2')).toMatchObject({
			name: '=二,中队',
			parent: 'cgj'
		});
	});

	// Every kind there is: what is added to the list of imports without a way out and back fails here.
	const elsewhere: Partial<Record<ImportKind, ExportKind>> = { city: 'streets', history: 'cases' };
	const kinds = importKinds.filter((kind) => !elsewhere[kind]);
	const apply: Partial<Record<ImportKind, (draft: never) => Promise<Applied>>> = {
		areas: (draft) => applyAreas(client, draft),
		units: (draft) => applyUnits(client, draft),
		staff: (draft) => applyStaff(home, draft),
		categories: (draft) => applyCategories(client, draft),
		calendar: (draft) => applyCalendar(client, draft),
		facilities: (draft) => applyFacilities(client, draft),
		shifts: (draft) => applyShifts(client, draft),
		retention: (draft) => applyRetention(client, draft)
	};
	const isExported = (kind: ImportKind): kind is ImportKind & ExportKind =>
		exportKinds.some((one) => one === kind);

	it.each(kinds)('%s go out, come back and change nothing, in every format', async (kind) => {
		expect(isExported(kind), 'is exported').toBe(true);
		if (!isExported(kind)) return;
		for (const format of formatsOf(kind)) {
			const draft = await read(kind, await exported(kind, format));
			expect([format, draft.refused, draft.findings.filter(({ level }) => level === 'refused')]).toEqual([
				format,
				0,
				[]
			]);
			const applied = await apply[kind]!(draft as never);
			expect([format, applied]).toEqual([
				format,
				{ added: 0, changed: 0, gone: 0, rejected: [], unchanged: applied.unchanged }
			]);
			expect(applied.unchanged, format).toBeGreaterThan(0);
		}
	});

	it.each(kinds)('%s with one broken row name it in both languages, and nothing is written', async (kind) => {
		if (!isExported(kind)) return;
		const whole = await exported(kind, 'csv');
		const lines = Buffer.from(whole.bytes).toString().trimEnd().split('\r\n');
		const broken = [...lines, lines.at(-1)!.replace(/"[^"]*"|[^,]+/g, 'x'.repeat(200)), ''].join('\r\n');
		const draft = await read(kind, { name: 'a.csv', bytes: Buffer.from(broken) }).catch(
			(refused: unknown) => {
				if (refused instanceof RefusedFile) return { refused: 1, findings: refused.findings } as Draft;
				throw refused;
			}
		);
		expect(draft.refused).toBe(1);
		const refusal = draft.findings.find(({ level }) => level === 'refused')!;
		expect(refusal.examples[0]?.row).toBe(lines.length + 1);
		for (const { domain, code } of draft.findings)
			for (const messages of [chinese, english]) expect(Object.keys(messages)).toContain(`${domain}_${code}`);
		if (kind !== 'areas') await expect(apply[kind]!(draft as never)).rejects.toThrow('not written');
		expect(Buffer.from((await exported(kind, 'csv')).bytes).toString()).toBe(
			Buffer.from(whole.bytes).toString()
		);
	});

	it('write nothing when the database refuses a row, unless it is to be left out', async () => {
		const draft = await readUnits(csv('名称,上级\n甲,\n乙,没有这个单位\n'));
		const problem = { key: '乙', problem: 'unknown_parent' };
		expect(await applyUnits(client, draft)).toMatchObject({ added: 1, rejected: [problem] });
		expect((await unitRecords(client)).map(({ name }) => name)).not.toContain('甲');
		expect(await applyUnits(client, draft, { skipFaulty: true })).toMatchObject({ rejected: [problem] });
		expect((await unitRecords(client)).map(({ name }) => name)).toContain('甲');
	});

	it('write nothing in a dry run, and nothing of a draft with refused rows', async () => {
		const before = await unitRecords(client);
		const draft = await readUnits(csv('名称\n丙\n'));
		expect(await applyUnits(client, draft, { dryRun: true })).toMatchObject({ added: 1 });
		const faulty: Draft & { units: typeof draft.units } = { ...draft, refused: 1 };
		await expect(applyUnits(client, faulty)).rejects.toThrow('not written');
		expect(await unitRecords(client)).toEqual(before);
	});
});

describe('a table of staff', () => {
	const file = csv(
		'姓名,登录名,角色,单位,有效期止\n张三,zhang,受理员、派遣员,,\n李四,li,执法队,一中队,2027-12-31\n'
	);

	it('gives everyone an account with a password of their own, told once, and does nothing twice', async () => {
		const draft = await readStaff(file, {}, await loadKnown(client));
		const handed: OneTimePassword[] = [];
		const options = { onPassword: (one: OneTimePassword) => void handed.push(one) };
		expect(await applyStaff(home, draft, { ...options, dryRun: true })).toMatchObject({ added: 2 });
		expect(handed).toEqual([]);
		expect(await applyStaff(home, draft, options)).toMatchObject({ added: 2, rejected: [] });
		expect(handed.map(({ login }) => login)).toEqual(['zhang', 'li']);
		expect(handed[0]!.password).not.toBe(handed[1]!.password);
		const { data } = await anonClient(home).auth.signInWithPassword({
			email: emailOf('zhang'),
			password: handed[0]!.password
		});
		expect(data.user).not.toBeNull();
		expect(await applyStaff(home, draft, options)).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
		expect(handed).toHaveLength(2);
	});

	it('changes the roles of who is there, and leaves their password', async () => {
		const draft = await readStaff(csv('姓名,登录名,角色\n张三,zhang,值班长\n'), {}, await loadKnown(client));
		const handed: OneTimePassword[] = [];
		const options = { onPassword: (one: OneTimePassword) => void handed.push(one) };
		expect(await applyStaff(home, draft, options)).toMatchObject({ changed: 1 });
		expect(handed).toEqual([]);
		const { staff } = await listStaff(client);
		expect(staff.find(({ login }) => login === 'zhang')?.roles.map(({ role }) => role)).toEqual(['closer']);
		expect(staff.map(({ login }) => login)).toContain('li');
	});

	it('gives rights in the name of whoever brought the file, and the log says who', async () => {
		const handed: OneTimePassword[] = [];
		const first = await readStaff(csv('姓名,登录名,角色\n周九,zhou,管理员\n'), {}, await loadKnown(client));
		await applyStaff(home, first, { onPassword: (one) => void handed.push(one) });
		const { data } = await anonClient(home).auth.signInWithPassword({
			email: emailOf('zhou'),
			password: handed[0]!.password
		});
		const draft = await readStaff(csv('姓名,登录名,角色\n吴十,wu,管理员\n'), {}, await loadKnown(client));
		const options = { client: staffClient(data.session!.access_token, home) };
		expect(await applyStaff(home, draft, options)).toMatchObject({ added: 1, rejected: [] });
		const { links } = await call<{ links: unknown[][] }>(client, 'log_page', { max_rows: 5000 });
		const told = links.filter(([, , , , kind]) => kind === 'staff.changed');
		expect(told.at(-1)?.[7]).toBe(data.user!.id);
		const { staff } = await listStaff(client);
		const id = staff.find(({ login }) => login === 'wu')!.id;
		expect(JSON.parse(String(told.at(-1)?.[12]))).toMatchObject({ staff: id, roles: [{ role: 'admin' }] });
	});

	it('says whose sign-in name another system’s account has taken, and goes on', async () => {
		await home.createUser({ login: 'wang@example.com', password: 'kerb stone river lamp' });
		const draft = await readStaff(csv('姓名,登录名,角色\n王五,wang@example.com,受理员\n赵六,zhao,受理员\n'));
		expect(await applyStaff(home, draft)).toMatchObject({
			added: 1,
			rejected: [{ key: 'wang@example.com', problem: 'login_taken' }]
		});
	});
});
