// The words offices use for the same few things, Chinese and English, and which of ours they mean.
import type { HistorySource, HistoryStatus } from './history.ts';
import type { FieldName } from './mapping.ts';

/** What columns are called, the surest names first. Matched against the name without spaces and marks, in small letters. */
export const columnNames: Record<FieldName | 'description' | 'address', RegExp[]> = {
	id: [/^id$/, /^上报标识$/],
	key: [
		/^key$|^(案件|案卷|工单|任务|受理|问题|事件)(编?号|号码|编码)$/,
		/^(case|service)?(enquiry|request|report|ticket)(id|no|number|key)$|^(case|ticket|report)(id|no|number)$/,
		/(编号|单号|案号|流水号)$/,
		/^id$|^objectid$|^no$|^number$|^序号$/
	],
	merged_into: [/^mergedinto$|^并入/],
	lng: [
		/^(lng|lon|long|longitude|经度|geox|xcoord|坐标x|x坐标)$/,
		/longitude|经度|lng$|lon$/,
		/^x$|^pointx$|^coordx$|横坐标/
	],
	lat: [
		/^(lat|latitude|纬度|geoy|ycoord|坐标y|y坐标)$/,
		/latitude|纬度|lat$/,
		/^y$|^pointy$|^coordy$|纵坐标/
	],
	point: [
		/^(坐标|经纬度|位置坐标|地理坐标|wkt|geom|geometry|point|latlng|lnglat|latlon|coordinates?|location)$/,
		/坐标|经纬度|wkt|geom|latlon|latlng/
	],
	opened: [
		/^openedat$|^上报时间$|^受理时间$|^登记时间$|^发现时间$|^投诉时间$|^反映时间$|^案发时间$/,
		/^(open|opened|created|reported|received|requested|submitted)(dt|date|datetime|time|at|on)?$/,
		/上报|受理|登记|发现|投诉|反映|来电|创建|采集/,
		/^立案时间$|^日期$|^时间$|^date$|^datetime$|^time$/,
		/open|created|reported|requested|received/
	],
	filed: [/^filedat$|^立案(时间|日期)$/, /立案/],
	dispatched: [
		/^dispatchedat$|^(派遣|派单|交办|派发|转办)(时间|日期)$/,
		/派遣时|派单时|交办时|派发时|dispatch/
	],
	due: [
		/^dueat$|^(应结案?|应办结|截止|到期|限办|办理时限|处置时限|期限|处置截止)(时间|日期)?$/,
		/^(target|due|sla|deadline|expected)(dt|date|datetime|time|at|close(dt|date)?)?$/,
		/截止|应结|到期|限期|限办|期限|时限|target|deadline|sladate|duedate/
	],
	handling: [/^handlingat$|^(开始处[置理]|处[置理]开始|接单|签收)(时间|日期)$/],
	handled: [
		/^handledat$|^(处置|处理|反馈|完成处置|处置完成|处理完成)(时间|日期)$/,
		/处置时|处理时|反馈时|resolveddate|resolvedat/
	],
	closed: [
		/^closedat$|^(结案|办结|归档|完结|完成|核查结案)(时间|日期)$/,
		/^(close|closed|completed|completion|resolution)(dt|date|datetime|time|at|on)?$/,
		/结案时|办结时|归档时|完结时|结案日|closed?d/
	],
	status: [
		/^status$|^(案件|案卷|工单|办理|处理|当前)?(状态|阶段|环节)$/,
		/^casestatus$|^currentstatus$/,
		/状态|阶段|办理情况|status$|^state$/
	],
	late: [
		/^(是否)?(超期|逾期|按时|按期)$|^ontimestatus$|^ontime$|^overdue$|^late$/,
		/超期|逾期|按期|ontime|overdue/
	],
	category: [
		/^category$|^(小类|小类名称|问题类型|案件类型|问题小类|事件类型|类别|案由|类型|问题类别)$/,
		/^(type|casetype|requesttype|servicename|complainttype|servicecode)$/,
		/小类|类型|类别|案由|category|type$/,
		/大类|subject|reason/
	],
	unit: [
		/^unit$|^(责任单位|处置单位|处置部门|承办单位|主责部门|主办单位|责任部门|派遣单位|权属单位)$/,
		/^(department|agency|unit|assignedto|assigneddepartment|responsibleagency)$/,
		/单位|部门|department|agency/
	],
	source: [/^source$|^(问题|案件|信息|上报)?(来源|渠道)$/, /来源|渠道|source|channel/],
	accuracy: [/^accuracym?$|^(定位)?精度$/],
	returned: [/^returnedcount$|^(返工|退回)次数$/],
	disputed: [/^disputedcount$|^不认可次数$/],
	confirmed: [/^confirmed$|^市民确认$/],
	description: [
		/^(问题|案件|事件|详细)?(描述|内容|诉求)(内容)?$/,
		/描述|诉求|问题内容|description|details?$|comments?$/
	],
	address: [
		/地址|地点|位置描述|事发|address|locationstreet|^location$|streetname|intersection|street$|^街道$|^道路/
	]
};

type Said<To> = [RegExp, To];

// The order matters: 未结案 is not closed, 待核查 is handled.
const statusWords: Said<HistoryStatus>[] = [
	[/^(received|declined|filed|dispatched|handling|handled|returned|suspended|closed|voided)$/, 'filed'],
	[/不予|不受理|不立案|declin|reject|invalid/, 'declined'],
	[/作废|撤销|撤案|void|cancel|withdrawn/, 'voided'],
	[/挂账|缓办|延期|暂缓|suspend|onhold|deferred/, 'suspended'],
	[/返工|退回|重办|returned|reopen/, 'returned'],
	[/待核|待结|待审|待复核|核查中|已处[置理]|处置完|处理完|已反馈|已整改|handled|awaitingverif/, 'handled'],
	[/待立案|待受理|已?受理$|登记|received|submitted/, 'received'],
	[/待派|已?立案$|^new$|filed/, 'filed'],
	[/处[置理]中|办理中|整改中|进行中|handling|inprogress|inprocess|started/, 'handling'],
	[/未|待|notclosed|unresolved|open|assigned|派|dispatch|pending|active/, 'dispatched'],
	[/结案|办结|归档|完结|完成|解决|clos|complete|resolved|done|archived|finished/, 'closed']
];

/** What a status means to us; null where no word says so. */
export function statusMeant(value: string): HistoryStatus | null {
	const word = bare(value);
	const found = statusWords.find(([pattern]) => pattern.test(word));
	if (!found) return null;
	return found === statusWords[0] ? (word as HistoryStatus) : found[1];
}

const sourceWords: Said<HistorySource>[] = [
	[/志愿|volunteer/, 'volunteer'],
	[
		/监督员|采集员|巡查|网格员|城管通|巡逻|执法|employee|worker|inspector|staff|officer|crew|internal|自查|督查/,
		'inspector'
	],
	[/热线|12345|12319|电话|来电|call|phone|hotline/, 'hotline'],
	[/视频|智能|感知|接口|平台对接|integration|api|sensor|camera|maximo|system/, 'api'],
	[
		/市民|公众|群众|随手拍|微信|小程序|app|网站|网上|citizen|selfservice|web|online|twitter|mobile|social|constituent/,
		'citizen'
	]
];

export function sourceMeant(value: string): HistorySource {
	const word = bare(value);
	return sourceWords.find(([pattern]) => pattern.test(word))?.[1] ?? 'import';
}

/** Words that point to a national category (or to our own code for 占道洗车), where names alone are not alike. */
const categoryWords: Said<string>[] = [
	[/洗车|carwash/, '0551'],
	[/黑车|拉客|非法营运|unlicen[cs]edtaxi|illegaltaxi|touting/, '0509'],
	[/店外|出店|跨门|占道经营|门前.*堆?摆|stalloutside|sidewalkobstruct/, '0504'],
	[/游商|流动摊|无照|摊贩|摆摊|hawker|vend(ing|or)|peddl/, '0501'],
	[/乞讨|流浪|begg|panhandl|homeless/, '0502'],
	[/废品|收废|scrap/, '0503'],
	[/非机动车|共享单车|自行车|电动车乱|bicycle|bike|scooter/, '0506'],
	[
		/机动车|违停|乱停|停车|illegal(ly)?park|parkingenforcement|abandonedvehicle|parkedvehicle|badlyparked/,
		'0505'
	],
	[/堆物|堆料|乱堆|乱倒|dumping|spacesavers?$|storagein/, '0507'],
	[/噪音|噪声|noise|loud/, '0508'],
	[/烧烤|barbecue|bbq/, '0510'],
	[/晾晒|晾挂|washinghung|clothesline/, '0511'],
	[/非法出版|出版物|publications/, '0512'],
	[/空调|airconditioner/, '0513']
];

export function categoryMeant(value: string): string | null {
	const word = bare(value);
	return categoryWords.find(([pattern]) => pattern.test(word))?.[1] ?? null;
}

/** A name without case, spaces and marks. */
export function bare(text: string): string {
	return text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');
}

/** How alike two names are, 0–1: the share of pairs of letters they have in common (Dice). Single signs compare whole. */
export function likeness(a: string, b: string): number {
	const [one, two] = [bare(a), bare(b)];
	if (one === two) return 1;
	const pairs = (text: string) =>
		Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2));
	const left = pairs(one);
	const right = pairs(two);
	if (left.length === 0 || right.length === 0) return 0;
	const rest = new Map<string, number>();
	for (const pair of right) rest.set(pair, (rest.get(pair) ?? 0) + 1);
	let common = 0;
	for (const pair of left) {
		const times = rest.get(pair) ?? 0;
		if (times === 0) continue;
		common += 1;
		rest.set(pair, times - 1);
	}
	return (2 * common) / (left.length + right.length);
}
