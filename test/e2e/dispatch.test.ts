import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { fromLngLat, isInside, toLngLat, type LngLat, type Metres } from '#lib/city/demo/plane.ts';
import type { AreaImport } from '#lib/city/import/shapes.ts';
import { startApp, type App } from '#test/support/app.ts';
import { complaintsOfAxe } from '#test/support/axe.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { Phone } from '#test/support/phone.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { settled } from '#test/support/settled.ts';

/*
 * Journey 4: a dispatcher. A pin put 80 m over a boundary changes the suggestion and its reason; a dispatched case stays where it
 * was sent; rules are drafted, tried on last month's cases, and put in force by somebody else; they travel as a file.
 */
describe.skipIf(missingBrowser !== null)('a dispatcher and the rules', () => {
	let app: App;
	let browser: Browser;
	let phone: Phone;
	let dispatcher: Page;
	let admin: Page;
	let caseId = '';
	/** 40 m on either side of a boundary between two squads' duty grids. */
	const [here, there] = acrossABoundary();

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		await settled(app);
		browser = await openBrowser(WITHOUT_MAPS);
		phone = await Phone.at(app.url, 12);
		dispatcher = await as('dispatcher');
		admin = await as('admin');
	}, 600_000);

	afterAll(async () => {
		phone?.close();
		await browser?.close();
		await app?.stop();
	}, 60_000);

	async function as(persona: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
		const context: BrowserContext = await browser.newContext({
			viewport: { width: 1920, height: 1080 },
			locale: 'en',
			...options
		});
		await signInUnseen(context, app.url, { persona });
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		return page;
	}

	/** A form sent as a browser without scripts sends it. */
	async function send(page: Page, path: string, form: Record<string, string>) {
		const answer = await page.context().request.post(app.url + path, {
			form,
			headers: { origin: app.url, accept: 'text/html', 'accept-language': 'en' },
			maxRedirects: 0
		});
		return { status: answer.status(), text: await answer.text() };
	}

	async function filed([lng, lat]: LngLat): Promise<string> {
		const report = { ...phone.writeReport([]), category: '0504', lng, lat, accuracy_m: 6 };
		expect((await phone.sendReport(report)).status).toBe(201);
		const registrar = await as('registrar');
		const path = `/desk/reports/${report.id}`;
		await expect.poll(async () => (await registrar.goto(app.url + path))?.status()).toBe(200);
		expect((await send(registrar, `${path}?/decide`, { decision: 'file' })).status).toBe(303);
		await registrar.goto(app.url + path);
		const href = await registrar.getByRole('link', { name: 'Open the case' }).getAttribute('href');
		await registrar.context().close();
		return /cases\/([0-9a-f-]{36})/.exec(href ?? '')![1]!;
	}

	async function openCase(): Promise<void> {
		await dispatcher.goto(`${app.url}/desk/cases/${caseId}`);
		await dispatcher.waitForFunction(() => document.querySelector('.badge.live') !== null);
	}
	const why = () => dispatcher.locator('section[aria-labelledby=dispatch-reason]');

	async function putPin([lng, lat]: LngLat): Promise<void> {
		const form = why().locator('details');
		await form.locator('summary').click();
		await form.getByLabel('Longitude').fill(lng.toFixed(6));
		await form.getByLabel('Latitude').fill(lat.toFixed(6));
		await form.getByText(/Moved by (79|80|81) m/).waitFor();
		await form.getByLabel('Reason').selectOption({ label: 'The fix was off' });
		const answer = dispatcher.waitForResponse((response) => response.url().includes('/dispatchPlace'));
		await form.getByRole('button', { name: 'Correct the place' }).click();
		expect((await (await answer).json()) as object).toMatchObject({ type: 'redirect' });
	}

	const sentence = ({ grid, unit }: Side) => `The place lies in ${grid}, which ${unit} answers for`;

	it('sees another suggestion, for another reason, once the pin is put 80 m over a boundary', async () => {
		caseId = await filed(here.place);
		await openCase();
		await why()
			.locator('.sentence', { hasText: sentence(here) })
			.waitFor();
		const chosen = () => dispatcher.getByLabel('Dispatch to').locator('option:checked').innerText();
		expect(await chosen()).toContain(here.unit);
		await putPin(there.place);
		await why()
			.locator('.sentence', { hasText: sentence(there) })
			.waitFor();
		await expect.poll(chosen).toContain(there.unit);
	}, 90_000);

	it('finds a dispatched case where it was sent, however its pin is put, and is told that it would go elsewhere', async () => {
		expect((await send(dispatcher, `/desk/cases/${caseId}?/move`, { move: 'dispatch' })).status).toBe(303);
		await openCase();
		await putPin(here.place);
		await why()
			.getByText(`By today's rules it would go to ${here.unit}. The case does not move by itself.`)
			.waitFor();
		await why().getByText('The reason at its dispatch').waitFor();
		await why()
			.locator('.sentence', { hasText: sentence(there) })
			.waitFor();
		await dispatcher.goto(`${app.url}/admin/dispatch/elsewhere`);
		const row = dispatcher.locator('tr', { has: dispatcher.locator(`a[href*="${caseId}"]`) });
		expect(await row.innerText()).toMatch(new RegExp(`${there.unit}[^]*${here.unit}`));
		expect(await complaintsOfAxe(dispatcher)).toEqual([]);
	}, 90_000);

	it('reads the rules in force in words, and why a place at a border is doubtful', async () => {
		await dispatcher.goto(`${app.url}/admin/dispatch`);
		await dispatcher.getByText('Version 1 is in force').waitFor();
		await dispatcher.getByText('Bus Station × Unlicensed taxi', { exact: false }).waitFor();
		await dispatcher.getByText('nights 20:00–02:00 next day', { exact: false }).waitFor();
		await dispatcher.goto(`${app.url}/desk?status=filed&category=0509`);
		await dispatcher.locator('a[href*="/desk/cases/"]').first().click();
		await why().getByText('closer to a boundary than its own accuracy', { exact: false }).waitFor();
		await why().locator('.sentence', { hasText: 'Transport Enforcement Squad' }).waitFor();
		await why().getByText('Squad 4', { exact: false }).first().waitFor();
	}, 90_000);

	const revision = async (page: Page) => {
		await page.goto(`${app.url}/admin/dispatch`);
		return page.locator('form[action$="/save"] input[name=revision]').inputValue();
	};
	const rules = (page: Page) => page.locator('ol.rules > li:not(.built)');

	it('is not the only one refused: an administrator who wrote on a draft does not put it in force either', async () => {
		await admin.goto(`${app.url}/admin/dispatch`);
		await admin.getByLabel('Category').selectOption({ label: 'Open-air barbecue' });
		await admin.getByLabel('Goes to').selectOption({ label: 'Squad 6' });
		await admin.getByRole('button', { name: 'Save to the draft' }).click();
		await admin.getByText('A draft, revision 1: not in force').waitFor();
		await admin.getByRole('link', { name: 'Try it' }).click();
		await admin.getByRole('button', { name: 'Put in force' }).click();
		await admin
			.getByText('You wrote on this draft: another administrator has to put it in force.')
			.nth(1)
			.waitFor();
		await admin.goto(`${app.url}/admin/dispatch`);
		await admin.getByRole('button', { name: 'Give up the draft' }).click();
		await admin.getByText('Version 1 is in force').waitFor();
	}, 90_000);

	it('drafts, tries on last month’s cases, and somebody else puts it in force; no dispatched case moves', async () => {
		await dispatcher.goto(`${app.url}/admin/dispatch`);
		await dispatcher.getByLabel('Category').selectOption({ label: 'Stall outside the shop line' });
		await dispatcher.getByLabel('Goes to').selectOption({ label: 'Outskirts Squad' });
		await dispatcher.getByRole('button', { name: 'Save to the draft' }).click();
		await dispatcher.getByText('A draft, revision 1: not in force').waitFor();
		expect(await complaintsOfAxe(dispatcher)).toEqual([]);
		await dispatcher.getByRole('link', { name: 'Try it' }).click();
		const said = await dispatcher.getByText(/Would move \d+ cases?/).innerText();
		const moved = Number(/\d+/.exec(said)![0]);
		expect(moved).toBeGreaterThan(0);
		const table = dispatcher.locator('table', { has: dispatcher.getByText('From unit to unit') });
		const counts = await table.locator('td.number').allInnerTexts();
		expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(moved);
		await dispatcher.getByText('An administrator puts it in force.').waitFor();
		expect(await complaintsOfAxe(dispatcher)).toEqual([]);
		const form = {
			rule_set: (await draftOf(admin))!,
			revision: await revision(dispatcher)
		};
		const own = await send(dispatcher, '/admin/dispatch/try', form);
		expect(own.text).toContain('Your role does not include this step.');

		await admin.goto(`${app.url}/admin/dispatch/try`);
		await admin.getByText('The cases themselves are shown to the desk only.').waitFor();
		await admin.getByLabel('Note').fill('店外经营集中整治');
		await admin.getByRole('button', { name: 'Put in force' }).click();
		await admin.waitForURL('**/admin/dispatch/elsewhere?applied=*');
		await openCase();
		await why()
			.getByText("By today's rules it would go to Outskirts Squad. The case does not move by itself.")
			.waitFor();
		await why()
			.locator('.sentence', { hasText: sentence(there) })
			.waitFor();
	}, 90_000);

	async function draftOf(page: Page): Promise<string | null> {
		await page.goto(`${app.url}/admin/dispatch/try`);
		const field = page.locator('input[name=rule_set]');
		return (await field.count()) > 0 ? field.inputValue() : null;
	}

	it('carries the rules out as a file and back in; a file with broken rows brings in nothing and names each', async () => {
		for (const format of ['xlsx', 'csv']) {
			const file = await dispatcher.context().request.get(`${app.url}/admin/dispatch/rules.${format}`);
			await dispatcher.goto(`${app.url}/admin/dispatch`);
			const before = await rules(dispatcher).allInnerTexts();
			await importing(dispatcher, `rules.${format}`, await file.body());
			await dispatcher
				.getByText(`A draft, revision ${format === 'xlsx' ? 1 : 2}`, { exact: false })
				.waitFor();
			expect(await rules(dispatcher).allInnerTexts()).toEqual(before);
		}
		const broken = [
			'类别代码,责任区编号,星期,开始时间,结束时间,工作时间,派遣方式,责任单位',
			'0504,,,,,,指定单位,城管二中队',
			'0504,没有的市场,,,,,责任区的单位,',
			'0999,,,,,,指定单位,城管二中队',
			'0504,,,22:00,,,指定单位,城管二中队'
		].join('\n');
		await importing(dispatcher, 'broken.csv', Buffer.from(broken));
		const alert = dispatcher.getByRole('alert');
		await alert.getByText('Nothing was imported; the draft is as it was:').waitFor();
		expect(await alert.locator('li').allInnerTexts()).toEqual([
			expect.stringMatching(/This area does not exist: 1 row\s+row 3: “没有的市场”/),
			expect.stringMatching(/This category does not exist: 1 row\s+row 4: “0999”/),
			expect.stringMatching(/Hours need a beginning and a different end: 1 row\s+row 5: “22:00–”/)
		]);
		const office = await as('office', { locale: 'zh-CN' });
		await office.goto(`${app.url}/admin/dispatch`);
		await importing(office, 'broken.csv', Buffer.from(broken), '导入为草稿');
		await office.getByRole('alert').getByText('没有这个责任区：1 行').waitFor();
		expect(await revision(office)).toBe('2');
		await office.context().close();
	}, 90_000);

	async function importing(page: Page, name: string, buffer: Buffer, button = 'Import as the draft') {
		await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer });
		await page.getByRole('button', { name: button }).click();
	}

	it('does not write over what somebody else saved meanwhile, and keeps what was typed', async () => {
		await dispatcher.goto(`${app.url}/admin/dispatch`);
		const office = await as('office');
		const seen = await revision(office);
		expect(
			(await send(office, '/admin/dispatch?/move', { revision: seen, position: '2', to: '1' })).status
		).toBe(303);
		await dispatcher.getByLabel('Category').selectOption({ label: 'Commercial noise' });
		await dispatcher.getByLabel('From', { exact: true }).fill('22:00');
		await dispatcher.getByLabel('Until', { exact: true }).fill('06:00');
		await dispatcher.getByLabel('Goes to').selectOption({ label: 'Squad 2' });
		await dispatcher.getByRole('button', { name: 'Save to the draft' }).click();
		await dispatcher
			.getByRole('alert')
			.getByText('The draft was changed just now.', { exact: false })
			.waitFor();
		expect(await dispatcher.getByLabel('From', { exact: true }).inputValue()).toBe('22:00');
		expect(await revision(office)).toBe(String(Number(seen) + 1));
		await office.context().close();
	}, 90_000);

	it('shares the rules with nobody who has no part in them', async () => {
		for (const persona of ['team', 'registrar', 'closer', 'inspector']) {
			const other = await as(persona);
			for (const path of ['', '/try', '/rules.csv'])
				expect((await other.context().request.get(`${app.url}/admin/dispatch${path}`)).status()).toBe(403);
			const tried = await send(other, '/admin/dispatch?/remove', { revision: '1', position: '1' });
			expect(tried.status).toBe(403);
			await other.context().close();
		}
	}, 90_000);
});

interface Side {
	place: LngLat;
	grid: string;
	unit: string;
}

/** Two places 80 m apart in duty grids of different units, and in no area that answers for more. */
function acrossABoundary(): [Side, Side] {
	const rings = demoDistrict().areas.map((area) => ({ area, ring: ringOf(area) }));
	const grids = rings.filter(({ area }) => area.kind === 'duty_grid');
	const sideAt = (at: Metres): Side | null => {
		const holding = rings.filter(({ ring }) => isInside(at, ring)).map(({ area }) => area);
		const [grid] = holding;
		if (holding.length !== 1 || grid?.kind !== 'duty_grid') return null;
		return { place: toLngLat(at), grid: grid.name_en!, unit: grid.unit_en! };
	};
	for (const { ring } of grids) {
		for (const [i, [x, y]] of ring.entries()) {
			const [nextX, nextY] = ring[(i + 1) % ring.length]!;
			const length = Math.hypot(nextX - x, nextY - y);
			const [dx, dy] = [((nextY - y) / length) * 40, (-(nextX - x) / length) * 40];
			const [midX, midY] = [(x + nextX) / 2, (y + nextY) / 2];
			const sides = [sideAt([midX + dx, midY + dy]), sideAt([midX - dx, midY - dy])] as const;
			if (length > 20 && sides[0] && sides[1] && sides[0].unit !== sides[1].unit) return [sides[0], sides[1]];
		}
	}
	throw new Error('The demo town has no boundary between two units.');
}

function ringOf({ geometry }: AreaImport): Metres[] {
	const ring = geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0]![0];
	return (ring as LngLat[]).slice(0, -1).map(fromLngLat);
}
