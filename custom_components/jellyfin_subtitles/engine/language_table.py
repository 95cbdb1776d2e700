"""Which languages there are, and by which codes they go: data, read once.

Every line of `_ISO_639` is a two-letter code, its three-letter code (where there are two, the bibliographic one behind
the stroke), the English name, and other names by which people may call it.
"""

from typing import Final

_ISO_639: Final = """
aa aar Afar
ab abk Abkhaz
ae ave Avestan
af afr Afrikaans
ak aka Akan
am amh Amharic
an arg Aragonese
ar ara Arabic
as asm Assamese
av ava Avar
ay aym Aymara
az aze Azerbaijani
ba bak Bashkir
be bel Belarusian
bg bul Bulgarian
bi bis Bislama
bm bam Bambara
bn ben Bengali, Bangla
bo bod/tib Tibetan
br bre Breton
bs bos Bosnian
ca cat Catalan, Valencian
ce che Chechen
ch cha Chamorro
co cos Corsican
cr cre Cree
cs ces/cze Czech, Čeština
cu chu Church Slavonic
cv chv Chuvash
cy cym/wel Welsh, Cymraeg
da dan Danish, Dansk
de deu/ger German, Deutsch
dv div Dhivehi, Maldivian
dz dzo Dzongkha
ee ewe Ewe
el ell/gre Greek
en eng English
eo epo Esperanto
es spa Spanish, Castilian, Español
et est Estonian, Eesti
eu eus/baq Basque, Euskara
fa fas/per Persian, Farsi
ff ful Fula, Fulani
fi fin Finnish, Suomi
fj fij Fijian
fo fao Faroese
fr fra/fre French, Français
fy fry West Frisian
ga gle Irish, Gaeilge
gd gla Scottish Gaelic
gl glg Galician
gn grn Guarani
gu guj Gujarati
gv glv Manx
ha hau Hausa
he heb Hebrew
hi hin Hindi
ho hmo Hiri Motu
hr hrv Croatian, Hrvatski
ht hat Haitian Creole
hu hun Hungarian, Magyar
hy hye/arm Armenian
hz her Herero
ia ina Interlingua
id ind Indonesian, Bahasa Indonesia
ie ile Interlingue, Occidental
ig ibo Igbo
ii iii Nuosu, Sichuan Yi
ik ipk Inupiaq
io ido Ido
is isl/ice Icelandic, Íslenska
it ita Italian, Italiano
iu iku Inuktitut
ja jpn Japanese
jv jav Javanese
ka kat/geo Georgian
kg kon Kongo
ki kik Kikuyu
kj kua Kwanyama
kk kaz Kazakh
kl kal Greenlandic, Kalaallisut
km khm Khmer, Cambodian
kn kan Kannada
ko kor Korean
kr kau Kanuri
ks kas Kashmiri
ku kur Kurdish
kv kom Komi
kw cor Cornish
ky kir Kyrgyz, Kirghiz
la lat Latin
lb ltz Luxembourgish
lg lug Ganda, Luganda
li lim Limburgish
ln lin Lingala
lo lao Lao, Laotian
lt lit Lithuanian, Lietuvių
lu lub Luba-Katanga
lv lav Latvian, Latviešu
mg mlg Malagasy
mh mah Marshallese
mi mri/mao Maori
mk mkd/mac Macedonian
ml mal Malayalam
mn mon Mongolian
mr mar Marathi
ms msa/may Malay, Bahasa Melayu
mt mlt Maltese
my mya/bur Burmese, Myanmar
na nau Nauruan
nb nob Norwegian Bokmål
nd nde Northern Ndebele
ne nep Nepali
ng ndo Ndonga
nl nld/dut Dutch, Flemish, Nederlands
nn nno Norwegian Nynorsk
no nor Norwegian, Norsk
nr nbl Southern Ndebele
nv nav Navajo
ny nya Chichewa, Nyanja
oc oci Occitan
oj oji Ojibwa
om orm Oromo
or ori Odia, Oriya
os oss Ossetian
pa pan Punjabi, Panjabi
pi pli Pali
pl pol Polish, Polski
ps pus Pashto, Pushto
pt por Portuguese, Português
qu que Quechua
rm roh Romansh
rn run Kirundi
ro ron/rum Romanian, Moldovan, Română
ru rus Russian
rw kin Kinyarwanda
sa san Sanskrit
sc srd Sardinian
sd snd Sindhi
se sme Northern Sami
sg sag Sango
si sin Sinhala, Sinhalese
sk slk/slo Slovak, Slovenčina
sl slv Slovenian, Slovenščina
sm smo Samoan
sn sna Shona
so som Somali
sq sqi/alb Albanian, Shqip
sr srp Serbian
ss ssw Swazi
st sot Southern Sotho
su sun Sundanese
sv swe Swedish, Svenska
sw swa Swahili, Kiswahili
ta tam Tamil
te tel Telugu
tg tgk Tajik
th tha Thai
ti tir Tigrinya
tk tuk Turkmen
tl tgl Tagalog, Filipino
tn tsn Tswana
to ton Tongan
tr tur Turkish, Türkçe
ts tso Tsonga
tt tat Tatar
tw twi Twi
ty tah Tahitian
ug uig Uyghur, Uighur
uk ukr Ukrainian
ur urd Urdu
uz uzb Uzbek
ve ven Venda
vi vie Vietnamese, Tiếng Việt
vo vol Volapük
wa wln Walloon
wo wol Wolof
xh xho Xhosa
yi yid Yiddish
yo yor Yoruba
za zha Zhuang
zh zho/chi Chinese, Mandarin
zu zul Zulu
"""

# What else is found in files and typed by people, behind the tag that it means. In turn: codes that were withdrawn, the
# codes of the one language that usually stands for a group of them, and codes that subtitle programs made up.
_OTHER_CODES: Final = """
bih bh
he iw
hr scr
id in
jv jw
ro mo mol
sr sh hbs scc
yi ji

ar arb
az azj
et ekk
fa pes
lv lvs
mg plt
mn khk
ms zsm
ne npi
or ory
sq als
sw swh
uz uzn
yi ydd
zh cmn

zh ze
es-419 ea
pt-BR pob pb
pt-PT pop
zh-Hans chs
zh-Hant cht zht zt
"""

# The variants that people may choose: those that differ enough for a household to want the one and not the other.
VARIANTS: Final = ("es-419", "es-ES", "fr-CA", "pt-BR", "pt-PT", "zh-Hans", "zh-Hant")

VARIANT_NAMES: Final = {
    "419": "Latin America",
    "BR": "Brazil",
    "CA": "Canada",
    "Cyrl": "Cyrillic",
    "ES": "Spain",
    "GB": "United Kingdom",
    "Hans": "Simplified",
    "Hant": "Traditional",
    "Latn": "Latin",
    "PT": "Portugal",
    "US": "United States",
}

_ROWS = [line.split(" ", 2) for line in _ISO_639.strip().splitlines()]

# Two-letter code → names, the English one first.
NAMES: Final = {code: tuple(names.split(", ")) for code, _, names in _ROWS}

# Every known code in lower case → the tag that it means.
CODES: Final = {known: code for code, others, _ in _ROWS for known in (code, *others.split("/"))} | {
    other: tag for tag, *others in map(str.split, filter(None, _OTHER_CODES.splitlines())) for other in others
}

# Two-letter code → three-letter one, the terminological one where there are two.
THREE_LETTERS: Final = {code: others.partition("/")[0] for code, others, _ in _ROWS}
