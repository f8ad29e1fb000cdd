"""Documents that nobody wrote about anybody: what an engine is asked again wherever it is opened."""

MADE_UP = (
    "Dear colleague, thank you for seeing this man with chest pain on effort. The electrocardiogram shows left "
    "bundle branch block, the echocardiogram an ejection fraction of 35 %. He takes bisoprolol and ramipril for "
    "heart failure.",
    "ECHOCARDIOGRAM REPORT\nThe left ventricle is dilated. Moderate mitral regurgitation. No pericardial effusion.",
    "Atrial fibrillation, found by chance. Rate controlled, anticoagulation started, cardioversion is planned.",
    "Brought in by ambulance after a motor vehicle collision. Trauma team called. Fracture of the femur, laceration of "
    "the scalp, vital signs stable in the emergency department.",
    "Emergency room note: fall from a ladder, wrist fracture, wound closed with sutures, tetanus given, discharged.",
    "Poisoning with carbon monoxide. Seen in the emergency department, treated with oxygen, observed overnight.",
    "COPD with the third exacerbation this year. Wheeze on both sides, spirometry with severe obstruction. Inhaled "
    "corticosteroid and long-acting bronchodilator started, pulmonary rehabilitation advised.",
    "Chest CT shows a nodule in the right upper lobe. Bronchoscopy with biopsy: lung adenocarcinoma.",
    "Asthma in a girl of 9 years. Night cough, uses her inhaler daily. Peak flow is reduced. No pneumonia.",
    "Colonoscopy to the cecum. Two polyps removed from the sigmoid colon, hemorrhoids, otherwise normal mucosa.",
    "Abdominal pain and bloody diarrhea for six weeks. Biopsies fit ulcerative colitis. Mesalazine was started.",
    "Cirrhosis of the liver with ascites. Endoscopy shows esophageal varices; banding was done.",
    "Psoriasis with plaques on elbows and scalp, treated with topical steroids and phototherapy.",
    "Pigmented lesion of the back, excised: malignant melanoma. Margins free. Skin check in three months.",
    "What is eczema? Atopic dermatitis is an itchy rash of the skin that often begins in childhood.",
    "Total knee arthroplasty. The patella was resurfaced, components were cemented, the wound was closed in layers.",
    "Cataract surgery of the right eye with intraocular lens, without complication. Visual acuity improved.",
    "Routine antenatal visit at 28 weeks. Fundal height fits, fetal heart rate normal, glucose test arranged.",
    "Follow-up in one year. No complaints today. Blood pressure normal. Medication unchanged.",
    "Na 138 mmol/L\nK 4.1 mmol/L\nCr 88\nHgb 13.2 g/dL\nWBC 6.1\nPlt 240",
    "El paciente refiere dolor en el pecho desde hace tres dias y fue visto en la consulta.",
    "qpwo eiru tyal skdj fhgz mxnc bvqp",
    "Too short",
    "Ten chars.",
)
LONG = "\n\n".join(MADE_UP[:12] * 6)
