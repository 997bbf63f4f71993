import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKnown } from '#lib/city/import/known.server.ts';
import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import { anonClient, call, serviceClient, type Client } from '#lib/database/client.server.ts';
import { memoryLog, ROOT } from '#lib/database/embedded/scratch-database.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { emailOf } from '#lib/staff/login.ts';
import { readCalendar } from './calendar.ts';
import { readCategories } from './categories.ts';
import { exportPieces, formatsOf, type ExportKind } from './exports.server.ts';
import { readFacilities } from './facilities.ts';
import {
	applyCalendar,
	applyCategories,
	applyFacilities,
	applyUnits,
	categoryRecords,
	unitRecords
} from './office.server.ts';
import { applyStaff, listStaff, type OneTimePassword } from './staff.server.ts';
import { readStaff } from './staff.ts';
import { readUnits } from './units.ts';

let dataDir: string;
let home: Home;
let client: Client;
beforeAll(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'kerbside-office-'));
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
		const known = await loadKnown(client);
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

	const again: Record<
		string,
		(file: ImportFile) => Promise<{ added: number; changed: number; gone: number }>
	> = {
		units: async (file) => applyUnits(client, await readUnits(file)),
		categories: async (file) =>
			applyCategories(client, await readCategories(file, {}, await loadKnown(client))),
		calendar: async (file) => applyCalendar(client, await readCalendar(file)),
		facilities: async (file) => applyFacilities(client, await readFacilities(file))
	};
	const kinds = Object.keys(again) as ExportKind[];
	it.each(kinds.flatMap((kind) => formatsOf(kind).map((format) => [kind, format] as const)))(
		'%s as %s read back in and change nothing',
		async (kind, format) => {
			const applied = await again[kind]!(await exported(kind, format));
			expect(applied).toMatchObject({ added: 0, changed: 0, gone: 0, rejected: [] });
		}
	);

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

	it('says whose sign-in name another system’s account has taken, and goes on', async () => {
		await home.createUser({ login: 'wang@example.com', password: 'kerb stone river lamp' });
		const draft = await readStaff(csv('姓名,登录名,角色\n王五,wang@example.com,受理员\n赵六,zhao,受理员\n'));
		expect(await applyStaff(home, draft)).toMatchObject({
			added: 1,
			rejected: [{ key: 'wang@example.com', problem: 'login_taken' }]
		});
	});
});
