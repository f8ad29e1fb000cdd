"""Short forms that clinicians write, in words: a note that says CHF is about a heart that fails."""

SHORT_FORMS: dict[str, tuple[str, ...]] = {
    short: tuple(words.split())
    for short, words in {
        "abg": "arterial blood gas", "acs": "acute coronary", "af": "atrial fibrillation",
        "afib": "atrial fibrillation", "ards": "respiratory distress", "asd": "atrial septal defect",
        "bcc": "basal cell carcinoma skin", "bipap": "respiratory ventilation", "bka": "leg amputation",
        "cabg": "coronary artery bypass", "cad": "coronary artery disease", "chf": "congestive heart failure",
        "copd": "chronic obstructive pulmonary", "cpr": "cardiopulmonary resuscitation emergency",
        "cva": "stroke", "cxr": "chest x-ray", "dvt": "deep vein thrombosis", "ecg": "electrocardiogram",
        "ed": "emergency department", "egd": "esophagogastroduodenoscopy endoscopy", "ekg": "electrocardiogram",
        "emt": "emergency", "ems": "emergency ambulance", "er": "emergency room",
        "ercp": "endoscopic pancreatic bile duct", "fev1": "lung function", "gerd": "gastroesophageal reflux",
        "gi": "gastrointestinal", "hcc": "hepatocellular carcinoma liver", "hcv": "hepatitis", "hbv": "hepatitis",
        "htn": "hypertension", "ibd": "inflammatory bowel", "ibs": "irritable bowel", "icd": "defibrillator cardiac",
        "ild": "interstitial lung", "jvd": "jugular venous", "lad": "coronary artery", "lfts": "liver function",
        "lv": "left ventricle", "lvef": "ejection fraction ventricle", "mi": "myocardial infarction",
        "mva": "motor vehicle accident", "mvc": "motor vehicle collision", "nstemi": "myocardial infarction",
        "osa": "sleep apnea", "pci": "percutaneous coronary", "pe": "pulmonary embolism", "peg": "gastrostomy",
        "pft": "pulmonary function", "pfts": "pulmonary function", "ptca": "coronary angioplasty",
        "pvd": "peripheral vascular disease", "rv": "right ventricle", "scc": "squamous cell carcinoma",
        "sob": "shortness breath", "stemi": "myocardial infarction", "svt": "tachycardia", "tb": "tuberculosis",
        "tia": "stroke", "vsd": "ventricular septal defect", "vt": "ventricular tachycardia",
    }.items()
}  # fmt: skip
