"""What a person's file has of their canaries, and whether it has any of another's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import boto3

from bench.canary.words import Canary, holds
from chalicelib.core import files, settings
from chalicelib.core.files import File
from chalicelib.privacy import contents, exports, omissions

FORMS = ("json", "csv")


@dataclass(frozen=True)
class Export:
    """The texts of a file's members, by the form that they have."""

    texts: dict[str, str]
    whole: str

    @classmethod
    def read(cls, file: File) -> Export:
        """From where it lies."""
        s3: Any = boto3.client("s3")
        bucket = settings.current().exports_bucket
        body = s3.get_object(Bucket=bucket, Key=exports.DATA.path(file))["Body"].read()
        assert files.is_whole(file)
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            found = {name: archive.read(name).decode() for name in archive.namelist()}
        texts = {
            form: "\n".join(text for name, text in found.items() if "/" in name and name.endswith(f".{form}"))
            for form in FORMS
        }
        return cls(texts, "\n".join(found.values()))

    def wrong(self, own: Sequence[Canary], others: Sequence[Canary]) -> list[str]:
        """Canaries that it lacks, or has although the list of what is left out says that it has not."""
        told = []
        for canary in own:
            due = exportable(canary)
            for form, text in self.texts.items():
                if due and not holds(text, canary):
                    told.append(f"the export's {form} lacks {canary.name}, and nothing says why")
            if not due and canary.category and not canary.opaque and holds(self.whole, canary):
                told.append(f"the export holds {canary.name}, which is said to be left out")
        return told + [
            f"the export holds another's {canary.name}" for canary in others if holds(self.whole, canary)
        ]


def exportable(canary: Canary) -> bool:
    """Whether an item's field belongs into its person's file."""
    given = {category.id for category in contents.categories("access")}
    names = {canary.path.partition(".")[0], canary.path.rpartition(".")[2]}
    return canary.category in given and not any(omissions.reason(canary.model, name) for name in names)
