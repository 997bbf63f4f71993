import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '#lib/database/problem.ts';
import { fieldProblem, otherMethods, problemResponse, problemSentence } from './problem-document.ts';

const root = new URL('../../../', import.meta.url).pathname;

function filesUnder(folder: string, ending: RegExp): string[] {
	return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => ending.test(file) && !/\.test\.ts$|^lib\/i18n\/generated/.test(file))
		.map((file) => readFileSync(join(root, folder, file), 'utf8'));
}

function codesIn(files: string[], ...patterns: RegExp[]): string[] {
	const found = files.flatMap((file) =>
		patterns.flatMap((pattern) => [...file.matchAll(pattern)].map((hit) => hit[1]!))
	);
	return [...new Set(found)].sort();
}

const messages = (locale: string) =>
	JSON.parse(readFileSync(join(root, 'messages', locale, 'problems.json'), 'utf8')) as Record<string, string>;

describe('a refusal', () => {
	it.each(['zh-CN', 'en'])('has a sentence in %s, whoever raises it', (locale) => {
		const codes = [
			// A code that is put together (`'facility_' || …`) is not looked for.
			...codesIn(filesUnder('supabase/migrations', /\.sql$/), /private\.problem\(\s*\d+,\s*'(\w+)'\s*[,)]/g),
			...codesIn(filesUnder('src', /\.ts$/), /new ApiProblem\(\s*[\w.]+,\s*'(\w+)'/g),
			...codesIn(
				[readFileSync(join(root, 'src/lib/reports/report.ts'), 'utf8')],
				/'([a-z]+_[a-z_0-9]+)'\s*\)/g
			)
		];
		expect(codes.length).toBeGreaterThan(50);
		const sentences = messages(locale);
		expect(codes.filter((code) => !sentences[`problem_${code}`])).toEqual([]);
	});

	it('that asks for work says how much, and one for patience how long', async () => {
		const work = problemResponse(new ApiProblem(428, 'work_needed', { level: 2 }), 'en');
		expect(await work.json()).toMatchObject({ status: 428, code: 'work_needed', level: 2 });
		const patience = problemResponse(
			new ApiProblem(429, 'too_many_reports', { retry_after: 90, minutes: 2 }),
			'en'
		);
		expect(patience.headers.get('retry-after')).toBe('90');
		expect((await patience.json()).detail).toContain('2 minutes');
	});

	it('is a problem document with its status, sentence and fields', async () => {
		const response = problemResponse(fieldProblem([{ pointer: '/lng', code: 'not_a_number' }]), 'en');
		expect(response.headers.get('content-type')).toBe('application/problem+json');
		expect(await response.json()).toEqual({
			type: 'urn:kerbside:problem:bad_report',
			title: expect.any(String),
			status: 422,
			detail: problemSentence('bad_report', 'en'),
			code: 'bad_report',
			errors: [{ pointer: '/lng', code: 'not_a_number', detail: problemSentence('not_a_number', 'en') }]
		});
	});

	it('names the one field the database named', async () => {
		const problem = new ApiProblem(422, 'bad_coordinates', { field: 'lng' });
		expect(await problemResponse(problem, 'zh-CN').json()).toMatchObject({ errors: [{ pointer: '/lng' }] });
	});

	it('says when to try again', () => {
		const response = problemResponse(new ApiProblem(429, 'too_busy', { retry_after: 2 }), 'en');
		expect(response.headers.get('retry-after')).toBe('2');
	});

	it('of a method lists what there is', async () => {
		const other = otherMethods('PUT');
		const ask = (method: string) =>
			other({ request: new Request('http://localhost/', { method }), locals: { language: 'en' } });
		expect([ask('OPTIONS').status, ask('HEAD').status, ask('PATCH').status]).toEqual([204, 405, 405]);
		for (const method of ['OPTIONS', 'HEAD', 'PATCH'])
			expect(ask(method).headers.get('allow')).toBe('PUT, OPTIONS');
		expect(await ask('HEAD').text()).toBe('');
	});
});
