from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context


class ChangePassword(ChangePasswordForm):
    """allauth's own; a guess at the old password counts among the guesses at the sign-in."""

    def clean_oldpassword(self) -> Any:
        adapter = get_adapter()
        adapter.pre_authenticate(context.request, email=self.user.email)  # refuses before anything is checked
        given = super().clean_oldpassword()
        adapter._rollback_login_failed_rl_usage()
        return given
