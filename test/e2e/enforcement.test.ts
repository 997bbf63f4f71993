import { strFromU8, unzipSync } from 'fflate';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '#test/support/app.ts';
import { complaintsOfAxe, MAP } from '#test/support/axe.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { Phone, takePicture } from '#test/support/phone.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { settled } from '#test/support/settled.ts';

/*
 * A team at the kerb, on a phone: it arrives, photographs, finds whom it is about, acts, orders with a deadline on paper, serves
 * the paper. Plates and names are masked until somebody gives a reason, and the data officer sees that they did.
 */
describe.skipIf(missingBrowser !== null)('a case at the kerb', () => {
	let app: App;
	let browser: Browser;
	let phone: Phone;
	let team: Page;
	let caseId = '';
	let reportId = '';
	let noticePath = '';
	const contexts: BrowserContext[] = [];

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		await settled(app);
		browser = await openBrowser(WITHOUT_MAPS);
		phone = await Phone.at(app.url, 12);
	}, 600_000);

	afterAll(async () => {
		phone?.close();
		await browser?.close();
		await app?.stop();
	}, 120_000);

	async function as(persona: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
		const context = await browser.newContext({
			viewport: { width: 1920, height: 1080 },
			locale: 'en',
			...options
		});
		contexts.push(context);
		await signInUnseen(context, app.url, { persona });
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		return page;
	}

	/** A form sent as a browser without scripts sends it. */
	async function send(page: Page, path: string, form: Record<string, string>): Promise<number> {
		const answer = await page.context().request.post(app.url + path, {
			form,
			headers: { origin: app.url, accept: 'text/html', 'accept-language': 'en' },
			maxRedirects: 0
		});
		return answer.status();
	}

	/** A stall outside the line, reported, filed and dispatched to the team's unit. */
	async function dispatched(): Promise<void> {
		const photo = phone.takePhoto();
		expect((await phone.sendPhoto(photo)).status).toBe(201);
		const report = { ...phone.writeReport([photo]), category: '0551' };
		expect((await phone.sendReport(report)).status).toBe(201);
		reportId = report.id;
		const registrar = await as('registrar');
		await expect
			.poll(async () => (await registrar.goto(`${app.url}/desk/reports/${report.id}`))?.status(), {
				timeout: 20_000
			})
			.toBe(200);
		expect(await send(registrar, `/desk/reports/${report.id}?/decide`, { decision: 'file' })).toBe(303);
		await registrar.goto(`${app.url}/desk/reports/${report.id}`);
		const href = await registrar.getByRole('link', { name: 'Open the case' }).getAttribute('href');
		caseId = /cases\/([0-9a-f-]{36})/.exec(href ?? '')![1]!;
		const dispatcher = await as('dispatcher');
		await dispatcher.goto(`${app.url}/desk/cases/${caseId}`);
		const units = dispatcher.getByLabel('Dispatch to').locator('option', { hasText: 'Squad 3' });
		const unit_id = (await units.first().getAttribute('value'))!;
		const path = `/desk/cases/${caseId}?/move`;
		expect(await send(dispatcher, path, { move: 'dispatch', unit_id })).toBe(303);
		team = await as('team', {
			viewport: { width: 390, height: 844 },
			isMobile: true,
			hasTouch: true,
			geolocation: { longitude: report.lng, latitude: report.lat, accuracy: 6 },
			permissions: ['geolocation']
		});
		expect(await send(team, path, { move: 'begin' })).toBe(303);
		await registrar.context().close();
		await dispatcher.context().close();
	}

	async function open(page: Page, path: string): Promise<void> {
		await page.goto(app.url + path);
		await page.waitForFunction(() => document.querySelector('.badge.live') !== null);
	}
	const step = (name: string) => team.locator('details', { has: team.locator('summary', { hasText: name }) });
	async function press(name: string): Promise<void> {
		const answer = team.waitForResponse((response) => response.request().method() === 'POST');
		await step(name).getByRole('button', { name, exact: true }).click();
		await answer;
	}

	it('comes to the team, who begins', dispatched, 120_000);

	it('is photographed before anything is done, and told where washing is allowed', async () => {
		await open(team, `/desk/cases/${caseId}`);
		await team.getByLabel('Choose or take a photo').setInputFiles({
			name: 'before.jpg',
			mimeType: 'image/jpeg',
			buffer: await takePicture()
		});
		await team.getByLabel('What it shows').selectOption('before');
		await team.getByRole('button', { name: 'Add the photo' }).click();
		await team.getByText('Added', { exact: false }).first().waitFor();
		await team.getByText('Nearest legal wash site', { exact: false }).waitFor();
	}, 120_000);

	it('is about a vehicle, whose plate is sealed and recognised', async () => {
		await step('Link a shop or vehicle').locator('summary').click();
		const form = step('Link a shop or vehicle');
		await form.getByLabel('What', { exact: true }).selectOption({ label: 'A vehicle' });
		await form.getByLabel('Kind of vehicle').selectOption({ label: 'Electric tricycle' });
		await form.getByLabel(/^Plate/).fill('苏K1H3T5');
		await press('Link a shop or vehicle');
		await team.getByText('苏K·••••5').waitFor();
		expect(await team.content()).not.toContain('1H3T5');
	}, 120_000);

	it('climbs the ladder one rung at a time, and says why when it skips one', async () => {
		await team.getByText('Proposed: Persuasion', { exact: false }).waitFor();
		const form = step('Record an act');
		// One step is open at a time, and linking was.
		await form.locator('summary').click();
		await form.getByLabel('Act', { exact: true }).selectOption('order');
		await form.getByLabel('What was found').fill('在人行道上洗车，污水流入道路');
		await form.getByLabel(/^Addressee's name/).fill('王大明');
		const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
		await form.getByLabel('Deadline').fill(soon);
		await press('Record an act');
		await team.getByText('This is above the rung that is proposed: choose why.').first().waitFor();
		// What was typed is still there; the name, which no page may hold, is typed again.
		expect(await form.getByLabel('What was found').inputValue()).toContain('洗车');
		await form.getByLabel('Why a rung is skipped').selectOption({ label: 'Instructed from above' });
		await form.getByLabel(/^Addressee's name/).fill('王大明');
		await form.getByRole('button', { name: 'Attach my position' }).click();
		await form.getByText('Position known', { exact: false }).waitFor();
		await press('Record an act');
		const notice = team.getByRole('link', { name: /城管限改字〔\d{4}〕第\d{4}号/ }).first();
		await notice.waitFor();
		noticePath = (await notice.getAttribute('href'))!;
		await team.getByText('A rung was skipped: Instructed from above').waitFor();
		await team.getByText('Proposed: Transfer', { exact: false }).waitFor();
	}, 120_000);

	it('has its order on one A4 page in Word: number, deadline, blanks for names, and the demo’s mark', async () => {
		const answer = await team.context().request.get(`${app.url}${noticePath}/docx`);
		expect(answer.headers()['content-type']).toContain('wordprocessingml');
		const parts = unzipSync(new Uint8Array(await answer.body()));
		const xml = strFromU8(parts['word/document.xml']!);
		const text = xml.replace(/<[^>]+>/g, '');
		expect(text).toMatch(/城管限改字〔\d{4}〕第\d{4}号/);
		expect(text).toMatch(/于\d{4}年\d+月\d+日前自行整改/);
		expect(text).toContain('演示数据');
		expect(text).not.toMatch(/王大明|1H3T5/);
		expect(xml).toContain('w:w="11906" w:h="16838"');
		// With the name: for a reason, which is written down.
		const named = await team.context().request.post(`${app.url}${noticePath}/docx`, {
			form: { reason_code: 'serve_notice', note: '打印送达' },
			headers: { origin: app.url }
		});
		const filled = strFromU8(unzipSync(new Uint8Array(await named.body()))['word/document.xml']!);
		expect(filled.replace(/<[^>]+>/g, '')).toMatch(/电动三轮车（苏K·1H3T5）\s王大明/u);
		const without = await team.context().request.post(`${app.url}${noticePath}/docx`, {
			form: { reason_code: '', note: '' },
			headers: { origin: app.url }
		});
		expect(without.status()).toBe(422);
	}, 120_000);

	it('is served to somebody who refuses, before a witness', async () => {
		await team.goto(app.url + noticePath);
		await team.getByLabel('How').selectOption({ label: 'Refused, left in the presence of a witness' });
		await team.getByRole('button', { name: 'Record the service' }).click();
		await team.getByText('This way of service needs a photo.').first().waitFor();
		await team.getByLabel(/Photo of the service/).selectOption({ index: 1 });
		await team.getByLabel(/^Witness/).fill('李四');
		await team.getByRole('button', { name: 'Record the service' }).click();
		await team.getByText('Refused, left in the presence of a witness,', { exact: false }).first().waitFor();
		expect(await team.content()).not.toMatch(/李四|王大明/);
	}, 120_000);

	it('shows its plate for a reason, and the data officer sees who asked', async () => {
		await open(team, `/desk/cases/${caseId}`);
		const sealed = team.locator('.sealed', { hasText: '苏K·••••5' });
		await sealed.locator('summary').click();
		await sealed.getByLabel('Reason').selectOption({ label: 'Identifying a vehicle or person' });
		await sealed.getByLabel('Note').fill('核对车辆登记');
		await sealed.getByRole('button', { name: 'Write down and reveal' }).click();
		await team.getByText('苏K·1H3T5').waitFor();
		await team.reload();
		await team.getByText('苏K·••••5').first().waitFor();

		const officer = await as('data-officer');
		await officer.goto(`${app.url}/admin/reveals`);
		const row = officer.locator('tr', { hasText: '核对车辆登记' });
		await row.getByText('吴桐').waitFor();
		expect(await officer.content()).not.toMatch(/1H3T5|王大明/);
		const csv = await officer.context().request.get(`${app.url}/admin/reveals/export?format=csv`);
		expect(await csv.text()).toContain('核对车辆登记');
		// The unit itself does not see it, and nothing of it is in the log.
		expect((await team.context().request.get(`${app.url}/admin/reveals`)).status()).toBe(403);
		expect(await complaintsOfAxe(officer)).toEqual([]);
		await officer.context().close();
	}, 120_000);

	it('is refused to another unit, and its reporter to the unit that handles it', async () => {
		const other = await as('unit-handler');
		expect((await other.goto(app.url + noticePath))?.status()).toBe(404);
		expect((await other.context().request.get(`${app.url}${noticePath}/docx`)).status()).toBe(404);
		expect((await team.context().request.get(`${app.url}/desk/reports/${reportId}`)).status()).toBe(404);
		await other.context().close();
	}, 120_000);

	it('has a vehicle that is found again by its plate, for those who may look for plates', async () => {
		await team.goto(`${app.url}/desk`);
		await team.getByRole('link', { name: 'Sites and vehicles' }).click();
		await team.getByRole('link', { name: 'Vehicles', exact: true }).click();
		await team.getByText('苏K·••••5').waitFor();
		await team.getByLabel('Find by plate').fill('苏 k-1h3 t5');
		await team.getByRole('button', { name: 'Find' }).click();
		await team.waitForURL(/\/desk\/vehicles\/[0-9a-f-]{36}$/);
		const inspector = await as('inspector');
		await inspector.goto(`${app.url}/desk/vehicles`);
		await inspector.getByText('Found: ').waitFor();
		expect(await inspector.getByLabel('Find by plate').count()).toBe(0);
		expect(await send(inspector, '/desk/vehicles?/plate', { plate: '苏K1H3T5' })).toBe(403);
		await inspector.context().close();
	}, 120_000);

	it('is closed by others meanwhile: what the team did stands beside it, and overwrites nothing', async () => {
		await open(team, `/desk/cases/${caseId}`);
		const form = step('Record an act');
		await form.getByLabel('Act', { exact: true }).selectOption('corrected');
		await form.getByLabel(/^Note/).fill('摊主已把桶收回店内');
		const path = `/desk/cases/${caseId}?/move`;
		expect(await send(team, path, { move: 'finish' })).toBe(303);
		const closer = await as('closer');
		const without = { move: 'close', without_proof: 'yes', note: '现场已无占道，照片未拍到' };
		expect(await send(closer, path, without)).toBe(303);
		await press('Record an act');
		await team.getByRole('heading', { name: 'Came in later' }).waitFor();
		await team.getByText('when the case was already “Closed”', { exact: false }).waitFor();
		await team.getByText('摊主已把桶收回店内').first().waitFor();
		// A closure without proof says so wherever the case shows.
		const badge = 'Closed without proof';
		await closer.goto(`${app.url}/desk/cases/${caseId}?list=cases&status=closed`);
		expect(await closer.getByText(badge).count()).toBeGreaterThan(1);
		await closer.getByRole('heading', { name: 'What stands' }).waitFor();
		await closer.context().close();
	}, 120_000);

	it('has pages that axe finds nothing wrong with, and a history of its vehicle', async () => {
		const page = await as('closer');
		await open(page, `/desk/cases/${caseId}`);
		const vehicle = await page.getByRole('link', { name: 'Electric tricycle' }).getAttribute('href');
		for (const path of [`/desk/cases/${caseId}`, noticePath, '/desk/sites', vehicle!]) {
			await page.goto(app.url + path);
			expect(await complaintsOfAxe(page, { without: MAP }), path).toEqual([]);
		}
		await page.getByText('Order with a deadline').first().waitFor();
		await page.context().close();
		const office = await as('office');
		await office.goto(`${app.url}/admin/notices`);
		await office.getByLabel('Text').first().fill('{{addressee}}：{{fine}}');
		await office.getByRole('button', { name: 'Save as a new version' }).first().click();
		await office.getByText('cannot be filled in', { exact: false }).waitFor();
		await office.context().close();
	}, 120_000);
});
