"""Every version of a patient, a case and a draft of a report, kept by triggers and guarded like the rows themselves."""

import uuid

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import clinic.models.fields
from clinic.sql import guards, row_security
from clinic.sql.history import first_versions

COLUMNS = {
    "clinic_patient": "id, site_id, number, name, birth_date, sex, created_at, erased_at",
    "clinic_case": "id, site_id, patient_id, number, question, encounter, state, urgency, age_years, department, assignee_id, due_at, opened_at, opened_by_id, state_since",
    "clinic_reportdraft": "id, site_id, case_id, body, revision, touched_by_id, touched_at",
}
VERSIONS = [f"{table}version" for table in COLUMNS]


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0011_training_items'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('question', clinic.models.fields.SealedField(help_text='What is asked, in the clinician’s words.', patient='patient_id')),
                ('encounter', clinic.models.fields.SealedField(help_text='The number the hospital knows the visit by.', null=True, patient='patient_id')),
                ('state', models.CharField(choices=[('open', 'Open'), ('awaiting_ai', 'Awaiting AI'), ('awaiting_human', 'Awaiting human'), ('signed', 'Signed'), ('amended', 'Amended'), ('closed', 'Closed')], default='open', max_length=20)),
                ('urgency', models.CharField(choices=[('emergency', 'Emergency'), ('urgent', 'Urgent'), ('routine', 'Routine')], default='routine', max_length=10)),
                ('age_years', models.PositiveSmallIntegerField(blank=True, help_text='Age when opened, 90 for all above.', null=True)),
                ('department', models.CharField(blank=True, max_length=60)),
                ('due_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state_since', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['pgh_id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PatientVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name', clinic.models.fields.SealedField(null=True, patient='id')),
                ('birth_date', clinic.models.fields.SealedField(null=True, patient='id')),
                ('sex', models.CharField(choices=[('female', 'Female'), ('male', 'Male'), ('other', 'Other'), ('unknown', 'Not recorded')], default='unknown', max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['pgh_id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReportDraftVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('body', clinic.models.fields.SealedField(patient='case.patient_id')),
                ('revision', models.PositiveIntegerField(default=0, help_text='Whoever saves over a newer one is told.')),
                ('touched_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['pgh_id'],
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_caseversion" ("age_years", "assignee_id", "department", "due_at", "encounter", "id", "number", "opened_at", "opened_by_id", "patient_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "site_id", "state", "state_since", "urgency") VALUES (NEW."age_years", NEW."assignee_id", NEW."department", NEW."due_at", NEW."encounter", NEW."id", NEW."number", NEW."opened_at", NEW."opened_by_id", NEW."patient_id", NOW(), \'insert\', NEW."id", NEW."question", NEW."site_id", NEW."state", NEW."state_since", NEW."urgency"); RETURN NULL;', hash='0b96b57e3c1c445f22c5cfc12770ad5558f4c008', operation='INSERT', pgid='pgtrigger_insert_insert_d47c6', table='clinic_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."age_years" IS DISTINCT FROM (NEW."age_years") OR OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."department" IS DISTINCT FROM (NEW."department") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."encounter" IS DISTINCT FROM (NEW."encounter") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."patient_id" IS DISTINCT FROM (NEW."patient_id") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."site_id" IS DISTINCT FROM (NEW."site_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."state_since" IS DISTINCT FROM (NEW."state_since") OR OLD."urgency" IS DISTINCT FROM (NEW."urgency"))', func='INSERT INTO "clinic_caseversion" ("age_years", "assignee_id", "department", "due_at", "encounter", "id", "number", "opened_at", "opened_by_id", "patient_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "site_id", "state", "state_since", "urgency") VALUES (NEW."age_years", NEW."assignee_id", NEW."department", NEW."due_at", NEW."encounter", NEW."id", NEW."number", NEW."opened_at", NEW."opened_by_id", NEW."patient_id", NOW(), \'update\', NEW."id", NEW."question", NEW."site_id", NEW."state", NEW."state_since", NEW."urgency"); RETURN NULL;', hash='dd2cc155514ef8f574b7a6138b8ba29f217e0944', operation='UPDATE', pgid='pgtrigger_update_update_e4db6', table='clinic_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_caseversion" ("age_years", "assignee_id", "department", "due_at", "encounter", "id", "number", "opened_at", "opened_by_id", "patient_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "site_id", "state", "state_since", "urgency") VALUES (OLD."age_years", OLD."assignee_id", OLD."department", OLD."due_at", OLD."encounter", OLD."id", OLD."number", OLD."opened_at", OLD."opened_by_id", OLD."patient_id", NOW(), \'delete\', OLD."id", OLD."question", OLD."site_id", OLD."state", OLD."state_since", OLD."urgency"); RETURN NULL;', hash='72f158537990a466e794905600f9634104d6b074', operation='DELETE', pgid='pgtrigger_delete_delete_51181', table='clinic_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_patientversion" ("birth_date", "created_at", "erased_at", "id", "name", "number", "pgh_created_at", "pgh_label", "pgh_obj_id", "sex", "site_id") VALUES (NEW."birth_date", NEW."created_at", NEW."erased_at", NEW."id", NEW."name", NEW."number", NOW(), \'insert\', NEW."id", NEW."sex", NEW."site_id"); RETURN NULL;', hash='3227482931b7d686c3a9c342c97c8a3f3afae757', operation='INSERT', pgid='pgtrigger_insert_insert_91ad5', table='clinic_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clinic_patientversion" ("birth_date", "created_at", "erased_at", "id", "name", "number", "pgh_created_at", "pgh_label", "pgh_obj_id", "sex", "site_id") VALUES (NEW."birth_date", NEW."created_at", NEW."erased_at", NEW."id", NEW."name", NEW."number", NOW(), \'update\', NEW."id", NEW."sex", NEW."site_id"); RETURN NULL;', hash='2ba7be66ebf314cc531588f5f24bd610566c98ae', operation='UPDATE', pgid='pgtrigger_update_update_87142', table='clinic_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_patientversion" ("birth_date", "created_at", "erased_at", "id", "name", "number", "pgh_created_at", "pgh_label", "pgh_obj_id", "sex", "site_id") VALUES (OLD."birth_date", OLD."created_at", OLD."erased_at", OLD."id", OLD."name", OLD."number", NOW(), \'delete\', OLD."id", OLD."sex", OLD."site_id"); RETURN NULL;', hash='a4c34851a033f752f6a38d53ea3e1ee3e5035fb7', operation='DELETE', pgid='pgtrigger_delete_delete_94fb2', table='clinic_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportdraft',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_reportdraftversion" ("body", "case_id", "id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "site_id", "touched_at", "touched_by_id") VALUES (NEW."body", NEW."case_id", NEW."id", NOW(), \'insert\', NEW."id", NEW."revision", NEW."site_id", NEW."touched_at", NEW."touched_by_id"); RETURN NULL;', hash='8024d35d6fffd39e1909ec52595d311dbb93b949', operation='INSERT', pgid='pgtrigger_insert_insert_e6fa4', table='clinic_reportdraft', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportdraft',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clinic_reportdraftversion" ("body", "case_id", "id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "site_id", "touched_at", "touched_by_id") VALUES (NEW."body", NEW."case_id", NEW."id", NOW(), \'update\', NEW."id", NEW."revision", NEW."site_id", NEW."touched_at", NEW."touched_by_id"); RETURN NULL;', hash='168c03a37cde5969b714bf42e4c595e68dfc0a22', operation='UPDATE', pgid='pgtrigger_update_update_992c2', table='clinic_reportdraft', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportdraft',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_reportdraftversion" ("body", "case_id", "id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "site_id", "touched_at", "touched_by_id") VALUES (OLD."body", OLD."case_id", OLD."id", NOW(), \'delete\', OLD."id", OLD."revision", OLD."site_id", OLD."touched_at", OLD."touched_by_id"); RETURN NULL;', hash='da0f93c900e1ef1da66481a85e78291633667d47', operation='DELETE', pgid='pgtrigger_delete_delete_cbe86', table='clinic_reportdraft', when='AFTER')),
        ),
        migrations.AddField(
            model_name='caseversion',
            name='assignee',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='caseversion',
            name='opened_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='caseversion',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.patient'),
        ),
        migrations.AddField(
            model_name='caseversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='clinic.case'),
        ),
        migrations.AddField(
            model_name='caseversion',
            name='site',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.site'),
        ),
        migrations.AddField(
            model_name='patientversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='clinic.patient'),
        ),
        migrations.AddField(
            model_name='patientversion',
            name='site',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.site'),
        ),
        migrations.AddField(
            model_name='reportdraftversion',
            name='case',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.case'),
        ),
        migrations.AddField(
            model_name='reportdraftversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='clinic.reportdraft'),
        ),
        migrations.AddField(
            model_name='reportdraftversion',
            name='site',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.site'),
        ),
        migrations.AddField(
            model_name='reportdraftversion',
            name='touched_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        *(migrations.RunSQL(first_versions(table, columns), migrations.RunSQL.noop) for table, columns in COLUMNS.items()),
        *(migrations.RunSQL(row_security.guard(table), row_security.unguard(table)) for table in VERSIONS),
        *(migrations.RunSQL(guards.kept(table), guards.not_kept(table)) for table in VERSIONS),
    ]
