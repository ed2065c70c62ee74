"""Word tables of the made-up news, written for it: no text of anybody's is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Language:
    """What sentences of one language are put together from; `joins` stand between two clauses."""

    tag: str
    share: float
    subjects: tuple[str, ...]
    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    places: tuple[str, ...]
    times: tuple[str, ...]
    quotes: tuple[str, str]
    said: tuple[str, ...]
    joins: tuple[str, ...]
    near: str  # before the name of a place
    space: str = " "
    stop: str = "."
    wide: int = 1  # bytes of a letter


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


LANGUAGES: Final = (
    Language(
        "en",
        0.55,
        _words(
            "The council|A committee|The ministry|Residents|The company|Union leaders|The port authority|Teachers|"
            "A spokeswoman|Two engineers|The regional court|Farmers|Researchers at the institute|The museum|The prime minister|"
            "Local shopkeepers|Fire crews|The opposition|A panel of judges|The school board|Investors|The central bank|"
            "Nurses|Several witnesses|The governor’s office|Organisers|The airline|Its owners|Campaigners|Officials"
        ),
        _words(
            "new|long-delayed|northern|public|modest|unusual|coastal|annual|temporary|national|smaller|disputed|early|"
            "rural|careful|sharp|third|joint|costly|final|shared|older|independent|broad|wooden|well-known|second-largest"
        ),
        _words(
            "bridge|budget|harbour|inquiry|railway|vote|library|agreement|flood wall|season|exhibition|tender|report|"
            "market|factory|hospital wing|road|contract|orchestra|reservoir|timetable|survey|deposit scheme|ferry line|"
            "study|tax|archive|stadium|pipeline|river path|workforce|harvest|ballot|appeal|warehouse|programme|square"
        ),
        _words(
            "approved|rejected|would not comment on|plans to review|paid for|has opened|postponed|voted to keep|warned about|"
            "expects to finish|cut back|took over|returned to|defended|was waiting for|had argued against|welcomed|measured|"
            "compared|rebuilt|inspected|gave up|is preparing|presented|questioned|asked for|wants to move|described"
        ),
        _words(
            "in the old town|near the river|outside the capital|across the county|at the northern border|on the coast|"
            "in the valley|along the main street|behind the station|in three districts|on the island|in the city’s west"
        ),
        _words(
            "on Monday|late on Thursday|last winter|for the first time since 1998|after two years|before the summer|"
            "this week|in March|over the weekend|for eleven months|by the end of the decade|at dawn|earlier this year"
        ),
        ("“", "”"),
        _words("said|told reporters|wrote in a letter|added|explained|recalled"),
        _words(", and| – although|, while|; meanwhile| because|, but|, which meant that"),
        "near ",
    ),
    Language(
        "de",
        0.12,
        _words(
            "Der Stadtrat|Eine Sprecherin|Das Ministerium|Die Anwohner|Zwei Gutachter|Die Hafenbehörde|Der Verband|Die Feuerwehr|"
            "Das Landgericht|Mehrere Lehrkräfte|Die Opposition|Ein Ausschuss|Die Zentralbank|Der Betreiber|Die Forschenden|Die Gemeinde"
        ),
        _words(
            "neue|lange verzögerte|nördliche|öffentliche|übliche|jährliche|vorläufige|größere|kleinere|späte|gemeinsame|teure|dritte"
        ),
        _words(
            "Brücke|Prüfung|Abstimmung|Bücherei|Straße|Ausstellung|Ausschreibung|Fähre|Untersuchung|Steuer|Mühle|Wärmeleitung|"
            "Übereinkunft|Ernte|Werkhalle|Klinik|Umfrage|Vorlage|Küste|Halle|Rechnung|Anlage|Berufung|Böschung"
        ),
        _words(
            "prüft|verschob|lehnte ab:|begrüßt|bezahlt|eröffnete|verglich|beschrieb|verteidigte|plant|wünscht sich|übernahm|schätzt|kürzte"
        ),
        _words(
            "in der Altstadt|am Flussufer|vor der Hauptstadt|im Landkreis|an der Nordgrenze|auf der Insel|hinter dem Bahnhof|im Tal"
        ),
        _words(
            "am Montag|seit 1998|im Frühjahr|nach zwei Jahren|vor dem Sommer|in dieser Woche|über das Wochenende|zum ersten Mal"
        ),
        ("„", "“"),
        _words("sagte|erklärte|schrieb|ergänzte|erinnerte sich"),
        _words(", und| – obwohl|, während|; zugleich|, denn|, aber"),
        "bei ",
    ),
    Language(
        "fr",
        0.10,
        _words(
            "Le conseil|Une porte-parole|Le ministère|Les riverains|Deux ingénieurs|La préfecture|Les enseignants|Le tribunal|"
            "L’opposition|Une commission|La banque centrale|Les chercheurs de l’institut|Le musée|Plusieurs témoins|L’exploitant"
        ),
        _words("nouvelle|ancienne|publique|régionale|étroite|coûteuse|prochaine|deuxième|inhabituelle|modeste|côtière"),
        _words(
            "digue|enquête|école|bibliothèque|route|récolte|usine|traversée|réserve|étude|taxe|fête|élection|salle|grève|forêt"
        ),
        _words(
            "a approuvé la|a rejeté la|prépare la|a reporté la|s’oppose à la|a présenté la|défend la|a mesuré la|réclame la|a déplacé la"
        ),
        _words(
            "dans la vieille ville|près du fleuve|à l’ouest du département|sur la côte|derrière la gare|à la frontière"
        ),
        _words(
            "lundi|jeudi soir|l’hiver dernier|depuis 1998|après deux années|avant l’été|cette semaine|pour la première fois"
        ),
        ("«\u00a0", "\u00a0»"),
        _words("a déclaré|a précisé|a écrit|a ajouté|se souvient"),
        _words(", et| – même si|, tandis que|\u00a0; de son côté|, car|, mais"),
        "près de ",
    ),
    Language(
        "es",
        0.10,
        _words(
            "El consejo|Una portavoz|El ministerio|Los vecinos|Dos ingenieras|La oposición|El juzgado|Una comisión|El museo|"
            "Los maestros|La compañía|Varios testigos|El banco central|La autoridad portuaria"
        ),
        _words("nueva|antigua|pública|común|pequeña|costera|última|segunda|anual|difícil|inútil"),
        _words(
            "muralla|investigación|votación|estación|carretera|cosecha|fábrica|exposición|subasta|región|encuesta|línea|campaña|colección"
        ),
        _words(
            "aprobó la|rechazó la|prepara la|aplazó la|presentó la|defendió la|midió la|criticó la|visitó la|reconstruyó la"
        ),
        _words("en el casco antiguo|junto al río|en la frontera norte|tras la estación|en tres distritos|en la isla"),
        _words(
            "el lunes|a última hora del jueves|el invierno pasado|desde 1998|después de dos años|este mes|por primera vez"
        ),
        ("«", "»"),
        _words("dijo|explicó|escribió|añadió|recordó"),
        _words(", y| —aunque—|, mientras|; además|, pero|, según se sabe,"),
        "cerca de ",
    ),
    Language(
        "ru",
        0.08,
        _words(
            "Городской совет|Министерство|Жители района|Два инженера|Комиссия|Областной суд|Учителя|Музей|Оппозиция|Застройщик|"
            "Администрация порта|Исследователи|Центральный банк|Несколько свидетелей"
        ),
        _words("новый|старый|северный|ежегодный|общий|временный|небольшой|третий|дорогой|спорный"),
        _words("мост|отчёт|договор|рынок|завод|вокзал|архив|проект|маршрут|налог|сезон|причал|парк|закон|опрос"),
        _words(
            "одобрил|отклонил|готовит|отложил|представил|защищал|сравнил|измерил|вернул|попросил пересмотреть|закрыл"
        ),
        _words("в старом городе|у реки|за вокзалом|на северной границе|на острове|в трёх округах|в долине"),
        _words("в понедельник|поздно вечером|прошлой зимой|с 1998 года|через два года|впервые|на этой неделе"),
        ("«", "»"),
        _words("сказала|пояснил|написала|добавил|вспоминает"),
        _words(", и| — хотя|, пока|; между тем|, но|, потому что"),
        "близ ",
        wide=2,
    ),
    Language(
        "zh",
        0.05,
        _words("市议会|交通部门|附近居民|两名工程师|地方法院|教师们|博物馆|反对派|中央银行|几名目击者|港务局|研究人员"),
        _words("新的|旧的|北部的|公共的|年度的|临时的|共同的|昂贵的|第三座|有争议的"),
        _words("大桥|预算|港口|调查|铁路|图书馆|协议|展览|报告|市场|工厂|医院|公路|水库|问卷|渡轮"),
        _words("批准了|否决了|正在准备|推迟了|介绍了|支持|比较了|测量了|要求重新审议|关闭了"),
        _words("在老城区|在河边|在首都郊外|在北部边境|在岛上|在三个区|在山谷里"),
        _words("周一|周四晚间|去年冬天|自1998年以来|两年之后|本周|首次"),
        ("「", "」"),
        _words("表示|解释说|写道|补充说|回忆说"),
        _words("，并且|，而|；同时|，但是|，因为"),
        "在",
        space="",
        stop="。",
        wide=3,
    ),
)

FIRST_NAMES: Final = _words(
    "Alma|Bruno|Clara|Dario|Edda|Felix|Greta|Hugo|Ines|Jonas|Karla|Leon|Mira|Nadia|Oskar|Paula|Quentin|Rosa|Stefan|Tilda|"
    "Ulrich|Vera|Willem|Xenia|Yannis|Zora|André|Jürgen|Zoë|Łucja|Søren|Renée|Íñigo"
)
SYLLABLES: Final = _words(
    "ar|ben|cas|dor|el|fen|gar|hol|im|jor|kel|lan|mor|nev|os|pal|quin|ros|sel|tam|ul|ver|wes|yar|zim|ald|brek|crom|dun|esk"
)
HOSTS: Final = tuple(
    f"{name}.example"
    for name in _words(
        "harbour-post|valley-courier|morgenblatt|le-fleuve|la-ribera|gorod|daily-lantern|north-gazette|weekly-ledger|the-beacon|"
        "coast-observer|stadtbote|city-mirror|metro-echo|hill-tribune|evening-star"
    )
)
