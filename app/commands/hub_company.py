"""The options of `cuecard hub` for sign-in through the company (OpenID Connect)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.hub.store import Store


def add_company_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    company = parser.add_argument_group("sign-in through the company (kept in the database)")
    company.add_argument(
        "--oidc-issuer", metavar="URL", help='the OpenID Connect provider; "" ends sign-in through the company'
    )
    company.add_argument("--oidc-client-id", metavar="ID", default="", help="what the provider knows Cuecard by")
    company.add_argument(
        "--oidc-client-secret-file", metavar="F", type=Path, help="a file with the client's secret (default: none)"
    )
    company.add_argument(
        "--oidc-claim",
        metavar="NAME",
        default="preferred_username",
        help="which claim is the user name here (default: preferred_username)",
    )
    company.add_argument(
        "--oidc-new-people", metavar="TEAM", default="", help="add people who are not known yet to this team"
    )
    company.add_argument(
        "--oidc-prompt",
        metavar="WORD",
        default="login",
        help='what the provider is asked to do (default: login, to ask each time; "": nothing)',
    )


def keep_company(store: Store, arguments: argparse.Namespace) -> None:
    """Keeps what the options say, where they say something; raises StoreMismatch for what cannot be used."""
    if arguments.oidc_issuer is None:
        return
    from app.hub.identity.company import CompanySettings, keep_settings

    secret = arguments.oidc_client_secret_file
    settings = CompanySettings(
        issuer=arguments.oidc_issuer,
        client_id=arguments.oidc_client_id,
        claim=arguments.oidc_claim,
        secret_file=str(secret.absolute()) if secret is not None else "",
        new_people=arguments.oidc_new_people,
        prompt=arguments.oidc_prompt,
    )
    with store.write() as connection:
        keep_settings(connection, settings if settings.issuer else None)
