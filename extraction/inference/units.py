"""Units as documents write them, and as UCUM does. A spelling that the table does not know stays as it was written:
its UCUM is null. Nothing is converted, so no factor can be wrong."""

import re

_LIST = """
mg: mg mgs milligram milligrams milligramme milligrammes
g: g gm gms gr gram grams gramme grammes
ug: ug µg μg mcg mcgs microgram micrograms microg
ng: ng nanogram nanograms
pg: pg picogram picograms
kg: kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes
[lb_av]: lb lbs pound pounds
[oz_av]: oz ounce ounces
mL: ml mls cc ccs milliliter milliliters millilitre millilitres
L: l liter liters litre litres
dL: dl deciliter decilitre
uL: ul µl μl microliter microlitre
fL: fl femtoliter
mmol: mmol mmols millimole millimoles
umol: umol µmol μmol micromol
nmol: nmol
pmol: pmol
mol: mol
mosm: mosm mosmol
meq: meq meqs milliequivalent milliequivalents
mval: mval
[IU]: iu i.u. iu's
[U]: u units unit
m[IU]: miu
u[IU]: uiu µiu μiu
k[IU]: kiu
m[U]: mu mu's
u[U]: µu μu
%: % percent pct per-cent
mm[Hg]: mmhg mm_hg torr
cm[H2O]: cmh2o cm_h2o
kPa: kpa
{beats}/min: bpm beats/min beats/minute beats_per_minute beats_per_min b/min
{breaths}/min: breaths/min breaths/minute breaths_per_minute breaths_per_min rpm
/min: /min per_minute per_min
Cel: °c ºc deg_c degrees_c degrees_celsius degree_celsius celsius degrees_centigrade centigrade ℃ ˚c
[degF]: °f ºf deg_f degrees_f degrees_fahrenheit fahrenheit ℉ ˚f
deg: degrees degree ° º
cm: cm cms centimeter centimeters centimetre centimetres
mm: mm mms millimeter millimeters millimetre millimetres
um: µm μm micron microns
m: m meter meters metre metres
[in_i]: in inch inches
[ft_i]: ft feet foot
s: s sec secs second seconds
ms: ms msec msecs millisecond milliseconds
min: min mins minute minutes
h: h hr hrs hour hours
d: d day days
wk: wk wks week weeks
mo: mo month months
a: y yr yrs year years
Gy: gy gray grays
cGy: cgy
mCi: mci
kBq: kbq
MBq: mbq
Hz: hz
W: w watts
J: j joules
V: v volts
mV: mv
kcal: kcal
[HPF]: hpf
[LPF]: lpf
{cells}: cells cell
{copies}: copies copy
{puff}: puff puffs
{drop}: drop drops gtt gtts
{tbl}: tab tabs tablet tablets
{cap}: cap caps capsule capsules
{spray}: spray sprays
{patch}: patch patches
{pill}: pill pills
[tsp_us]: tsp teaspoon teaspoons teaspoonful tsps
[tbs_us]: tbsp tablespoon tablespoons tablespoonful
m2: m2 m² m^2 sqm
mm3: mm3 mm³ mm^3 cumm
cm3: cm3 cm³ cm^3
cm2: cm2 cm²
/[HPF]: /hpf per_hpf
"""
_UCUM = {
    spelling.replace("_", " "): code
    for code, _, spellings in (line.partition(": ") for line in _LIST.strip().splitlines())
    for spelling in spellings.split()
}
_POWERS = re.compile(r"^(?:[x×*·]\s*)?10\s*\^?\s*[*]*\s*(\d{1,2}|[²³⁶⁹¹⁰]+)\s*(?:cells?|copies)?\s*/?\s*")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PER = re.compile(r"\s*(?:/|\bper\b)\s*")
_SPACES = re.compile(r"[\s\u2000-\u200a\u202f\xa0]+")


def ucum(written: str) -> str | None:
    """mg/dL for "mg per dl", 10*9/L for "x10^9/l", ug/kg/min for "mcg/kg/min"."""
    plain = _SPACES.sub(" ", written.strip().strip(".").lower())
    if plain in _UCUM:
        return _UCUM[plain]
    if power := _POWERS.match(plain):
        below = ucum(plain[power.end() :])
        return f"10*{int(power.group(1).translate(_RAISED))}/{below}" if below else None
    parts = [_UCUM.get(part, _UCUM.get(part.replace(" ", ""))) for part in _PER.split(plain) if part != ""]
    if len(parts) < 1 or None in parts:
        return None
    joined = "/".join(str(part) for part in parts)
    return "/" + joined if plain.startswith(("/", "per ")) else joined
