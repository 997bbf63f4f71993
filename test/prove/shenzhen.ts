// Real streets, a real photo: from /snap over the desk to a closed case, and the street's closure rate on the wall.
//
//   npm run prove shenzhen              needs KERBSIDE_SHARED_DATA, or ../shared/data beside the project
//   SHOTS=folder npm run prove shenzhen screenshots go there; test-results/shenzhen when absent
//
// History first: eleven cases of the last weeks on the same street, dated back through the same calls people use, of
// which three lie overdue: fewer than ten cases due show no rate.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { attach, decide, move, openNewest } from '#test/support/desk.ts';
import { sleep, until } from '#test/support/figures.ts';
import { putMigrated } from '#test/support/migrated.ts';
import { chooseKerb, dateBack, type Kerb } from '#test/support/street-history.ts';
import { conclude, readProof, skipProof } from '#test/support/proof.ts';
import { openPhone, openWall, sendSnap, signIn } from '#test/support/screens.ts';
import { findTools, ROOT } from '#test/support/tools.ts';

const run = promisify(execFile);
const proof = readProof();
const data = resolve(process.env.KERBSIDE_SHARED_DATA ?? join(ROOT, '../shared/data'));
const [streets, areas, photo] = [
	'cities/shenzhen-roads.geojson.gz',
	'cities/shenzhen-areas-simulated.geojson',
	'photos/DSCN0010.jpg'
].map((file) => join(data, file)) as [string, string, string];
if (![streets, areas, photo].every((file) => existsSync(file))) skipProof(`the test data is not in ${data}`);
if (missingBrowser) skipProof(missingBrowser);
if (!findTools().exiftool) skipProof('exiftool is not installed');

const CATEGORY = '0551';
const HISTORY = { closed: 8, overdue: 3 };
const scratch = await mkdtemp(join(tmpdir(), 'kerbside-shenzhen-'));
const dataDir = join(scratch, 'data');
const shots = resolve(process.env.SHOTS ?? join(ROOT, 'test-results/shenzhen'));

interface Account {
	login: string;
	password: string;
}

/** What the wall says of one street, and of the city today. */
interface Row {
	closed: string;
	due: string;
	rate: string;
	received: string;
	filed: string;
	dispatched: string;
	closedToday: string;
}

const faults: string[] = [];
const rows: [string, Row][] = [];
let overduePlaces = new Map<string, { lng: number; lat: number }>();
let light = 1;

try {
	await mkdir(shots, { recursive: true });
	await mkdir(dataDir, { mode: 0o700 });
	await putMigrated(dataDir);
	await journey();
} finally {
	await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}

async function journey(): Promise<void> {
	const startedAt = performance.now();
	await npm('city', 'import', streets, '--name', '深圳南山福田', '--name-en', 'Shenzhen');
	await npm('areas', 'import', areas, '--kind', 'duty_grid', '--unit', 'team');
	const importedInSeconds = (performance.now() - startedAt) / 1000;
	const kerb = chooseKerb(
		JSON.parse(gunzipSync(await readFile(streets)).toString('utf8')),
		JSON.parse(await readFile(areas, 'utf8'))
	);
	console.log(`${kerb.street}, ${kerb.area}, ${kerb.unit}: ${kerb.lng}, ${kerb.lat}`);
	const people = {
		registrar: await hire('registrar', '林静'),
		dispatcher: await hire('dispatcher', '周远'),
		team: await hire('team', '吴桐', kerb.unit),
		closer: await hire('closer', '何平'),
		wall: await hire('wall', '大屏')
	};
	overduePlaces = await dateBack(dataDir, kerb, CATEGORY, people, HISTORY);

	const app = await startApp({ dataDir, demo: false });
	// The kerb and the office: two browsers that share nothing.
	// A sample looks at the figures alone: a wall's map of a real city costs most of its time.
	const flags = proof.isSample ? WITHOUT_MAPS : [];
	const [kerbside, office] = [await openBrowser(flags), await openBrowser(flags)];
	try {
		await walk(app, kerb, people, kerbside, office);
	} finally {
		await Promise.all([kerbside.close(), office.close()]);
		await app.stop();
	}
	for (const [step, { closed, due, rate, ...today }] of rows) {
		console.log(`  ${step.padEnd(34)} ${closed}/${due} = ${rate.padEnd(8)} today ${JSON.stringify(today)}`);
	}
	for (const fault of faults) console.log(`  not so: ${fault}`);
	conclude(
		'a report of a real street ends in that street’s closure rate',
		{
			street: kerb.street,
			'area and unit': `${kerb.area}, ${kerb.unit}`,
			'importing took (s)': importedInSeconds.toFixed(1),
			steps: rows.length,
			screenshots: shots,
			seconds: Math.round((performance.now() - startedAt) / 1000)
		},
		faults.length === 0
	);
}

async function walk(
	app: App,
	kerb: Kerb,
	people: Record<'registrar' | 'dispatcher' | 'team' | 'closer' | 'wall', Account>,
	kerbside: Browser,
	office: Browser
): Promise<void> {
	const { url } = app;
	const wall = await openWall(office, url, people.wall, 'zh-CN');
	const desk = async (person: Account) => {
		const context = await office.newContext({ viewport: { width: 1600, height: 1000 }, locale: 'zh-CN' });
		const page = await context.newPage();
		await signIn(page, url, person, '/desk');
		return page;
	};
	const { closed, overdue } = HISTORY;
	const due = closed + overdue;
	const saw = (step: string, expected: Partial<Row>) => lookAtWall(wall, kerb, step, expected);
	await saw('0 before', { closed: `${closed}`, due: `${due}`, rate: '72.7%', received: `${due}` });

	const phone = await (await openPhone(kerbside, null, 'zh-CN')).newPage();
	const before = await tagged('before.jpg', kerb);
	const report = {
		photo: { name: 'IMG_0001.jpg', bytes: before },
		category: CATEGORY,
		description: '占道洗车，行人走车道'
	};
	const { code, pin } = await sendSnap(phone, url, report, () => shoot(phone, '1 snap filled in'));
	await shoot(phone, '2 snap sent');
	await saw('1 sent at the kerb', { closed: `${closed}`, received: `${due + 1}`, filed: '0' });
	const newest = await wall.locator('[role=log] li').first().innerText();
	if (!newest.includes(kerb.street)) faults.push(`the newest report on the wall stands on "${newest}"`);

	const registrar = await desk(people.registrar);
	await openNewest(registrar, url, 'inbox');
	await expectWords(registrar, [kerb.street, kerb.area]);
	await shoot(registrar, '3 desk inbox');
	await decide(registrar, 'file');
	await saw('2 filed', { closed: `${closed}`, filed: '1', dispatched: '0' });

	const dispatcher = await desk(people.dispatcher);
	await openNewest(dispatcher, url, 'cases');
	await expectWords(dispatcher, [kerb.street, kerb.area, kerb.unit]);
	await shoot(dispatcher, '4 desk dispatch');
	await move(dispatcher, 'dispatch');
	await saw('3 dispatched', { closed: `${closed}`, due: `${due}`, dispatched: '1' });
	const caseUrl = dispatcher.url();

	const team = await desk(people.team);
	const closer = await desk(people.closer);
	await handle(team, caseUrl, kerb, 'after-1.jpg');
	await shoot(team, '5 desk handled');
	await saw('4 handled', { closed: `${closed}`, due: `${due}`, closedToday: '0' });
	await closer.goto(caseUrl);
	await shoot(closer, '6 desk verify');
	await move(closer, 'close');
	await saw('5 closed', { closed: `${closed + 1}`, due: `${due + 1}`, rate: '75.0%', closedToday: '1' });

	// One of the overdue cases is dealt with too: it was due already, so only its closure is new.
	const late = await overdueCase(team, url);
	await handle(team, late.url, late, 'after-2.jpg');
	await closer.goto(late.url);
	await move(closer, 'close');
	await saw('6 an overdue one closed', { closed: `${closed + 2}`, due: `${due + 1}`, rate: '83.3%' });

	// The citizen looks, and it is not solved: the case is in verification again and out of the closed ones.
	await phone.goto(`${url}/track`);
	await phone.locator('input[name=code][required]').fill(code);
	await phone.locator('input[name=pin][required]').fill(pin);
	// The list of this phone's own reports has a form each; the one that is typed into is the one that must be filled in.
	await phone.locator('form:has(input[name=code][required]) button[type=submit]').click();
	const notSolved = phone.locator('button[name=solved][value=no]');
	await notSolved.waitFor();
	await shoot(phone, '7 track');
	await notSolved.click();
	await saw('7 the citizen says: not solved', { closed: `${closed + 1}`, due: `${due}`, rate: '81.8%' });
	await shoot(phone, '8 track answered');
}

async function handle(
	team: Page,
	caseUrl: string,
	at: { lng: number; lat: number },
	file: string
): Promise<void> {
	await team.goto(caseUrl);
	await move(team, 'begin');
	// A photo's tag tells whole seconds, and it must lie after the beginning.
	await sleep(2_000);
	await attach(team, { name: file, bytes: await tagged(file, at) });
	await move(team, 'finish');
}

/** The team's own list, overdue ones only: its last row is the one that was filed first. */
async function overdueCase(team: Page, url: string): Promise<{ url: string; lng: number; lat: number }> {
	await team.goto(`${url}/desk?list=cases&overdue=1`);
	const href = await team.locator('a[data-row]').last().getAttribute('href');
	if (!href) throw new Error('The team sees no overdue case.');
	const id = /cases\/([0-9a-f-]{36})/.exec(href)![1]!;
	const place = overduePlaces.get(id);
	if (!place) throw new Error(`Case ${id} is none of the overdue ones.`);
	return { url: url + href, ...place };
}

/** Reads the street's row and today's figures until they are what was expected, and takes the wall's picture. */
async function lookAtWall(wall: Page, kerb: Kerb, step: string, expected: Partial<Row>): Promise<void> {
	const startedAt = performance.now();
	let row = await readWall(wall, kerb);
	const isThere = () => Object.entries(expected).every(([name, value]) => row[name as keyof Row] === value);
	await until(step, 30_000, async () => isThere() || ((row = await readWall(wall, kerb)), isThere())).catch(
		() => {
			faults.push(`${step}: the wall says ${JSON.stringify(row)}, expected ${JSON.stringify(expected)}`);
		}
	);
	console.log(`  ${step}: on the wall within ${Math.round(performance.now() - startedAt)} ms of looking`);
	rows.push([step, row]);
	await shoot(wall, `wall ${step}`);
}

async function readWall(wall: Page, { street }: Kerb): Promise<Row> {
	return wall.evaluate((name) => {
		const text = (element: Element | null | undefined) => element?.textContent?.trim() ?? '';
		const found = [...document.querySelectorAll('dialog tbody tr')].find(
			(tr) => text(tr.querySelector('th')) === name
		);
		const [closed, due, rate] = [...(found?.querySelectorAll('td') ?? [])].map(text);
		const [received, filed, dispatched, closedToday] = [
			...document.querySelectorAll('.column.start dl dd')
		].map(text);
		return {
			closed: closed ?? '',
			due: due ?? '',
			rate: rate ?? '',
			received: received ?? '',
			filed: filed ?? '',
			dispatched: dispatched ?? '',
			closedToday: closedToday ?? ''
		};
	}, street);
}

async function expectWords(page: Page, words: string[]): Promise<void> {
	const text = await page.locator('article').innerText();
	for (const word of words)
		if (!text.includes(word)) faults.push(`"${word}" is not on ${new URL(page.url()).pathname}`);
}

/**
 * The real photo with the place and time it would have had here and now, each in another light: a photo made smaller keeps
 * no tags, so the same picture twice would be the same file, and what was there before the handling proves nothing of it.
 */
async function tagged(name: string, { lng, lat }: { lng: number; lat: number }): Promise<Buffer> {
	const file = join(scratch, name);
	light += 0.02;
	await sharp(photo).keepExif().modulate({ brightness: light }).jpeg({ quality: 90 }).toFile(file);
	const shenzhen = new Date(Date.now() + 8 * 3_600_000).toISOString();
	const taken = `${shenzhen.slice(0, 10).replaceAll('-', ':')} ${shenzhen.slice(11, 19)}`;
	await run('exiftool', [
		'-q',
		'-overwrite_original',
		...[`-GPSLatitude=${lat}`, '-GPSLatitudeRef=N', `-GPSLongitude=${lng}`, '-GPSLongitudeRef=E'],
		...[`-DateTimeOriginal=${taken}`, '-OffsetTimeOriginal=+08:00'],
		file
	]);
	return readFile(file);
}

async function shoot(page: Page, name: string): Promise<void> {
	await page.screenshot({ path: join(shots, `${name.replaceAll(/[ :]+/g, '-')}.png`) });
}

async function hire(role: string, name: string, unit?: string): Promise<Account> {
	const printed = await npm(
		'staff',
		'add',
		'--login',
		role,
		'--name',
		name,
		'--role',
		role,
		...(unit ? ['--unit', unit] : [])
	);
	const password = /shown once\): (\S+)/.exec(printed)?.[1];
	if (!password) throw new Error(`No password was printed:\n${printed}`);
	return { login: role, password };
}

async function npm(script: string, ...args: string[]): Promise<string> {
	const { stdout } = await run('npm', ['run', '--silent', script, '--', ...args], {
		cwd: ROOT,
		env: { ...process.env, DATA_DIR: dataDir, DEMO: 'off' },
		timeout: 300_000,
		maxBuffer: 1e7
	});
	console.log(
		`  ${script}: ${stdout
			.replaceAll(/(shown once\): )\S+/g, '$1…')
			.trim()
			.replaceAll('\n', '; ')}`
	);
	return stdout;
}
