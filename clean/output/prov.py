"""run.json as PROV-JSON (W3C member submission of 2013): who made which files from what, by which plan, when."""

from __future__ import annotations

from typing import Any

NAMESPACE = "urn:newsclean:"


def render(run: dict[str, Any]) -> dict[str, Any]:
    """The PROV-JSON record of a run.json. A run.json that lacks a part gives a record that lacks it."""
    facts, tool, plan, used = (run.get(key, {}) for key in ("run", "tool", "plan", "used"))
    activity, version = f"newsclean:run/{facts.get('id')}", tool.get("version")
    agent = f"newsclean:tool/{tool.get('name')}-{version}"
    rules = f"newsclean:ruleset/{plan.get('ruleset')}"
    inputs = f"newsclean:inputs/{used.get('manifest_sha256')}"
    files = {
        f"{activity}/{item['path']}": item for item in run["generated"] if isinstance(item, dict) and "path" in item
    }
    return {
        "prefix": {"newsclean": NAMESPACE},
        "entity": {
            inputs: _with(
                "prov:Collection", label="inputs of the run", files=used.get("files"), bytes=used.get("bytes"),
                manifest_sha256=used.get("manifest_sha256"), roots=used.get("roots"),
            ),
            rules: _with("prov:Plan", label="rule set", sha256=plan.get("ruleset"), packs=plan.get("packs")),
            **{
                name: _with(None, location=item["path"], rows=item.get("rows"), bytes=item.get("bytes"), sha256=item.get("sha256"))
                for name, item in files.items()
            },
        },
        "activity": {
            activity: {
                **_given({"prov:startTime": facts.get("started_at"), "prov:endTime": facts.get("ended_at")}),
                **_with(None, exit=facts.get("exit"), schema_version=run.get("schema_version")),
            }
        },
        "agent": {
            agent: _with("prov:SoftwareAgent", label=f"newsclean {version}", python=tool.get("python"), platform=tool.get("platform"))
        },
        "used": {"_:used": {"prov:activity": activity, "prov:entity": inputs}},
        "wasAssociatedWith": {"_:by": {"prov:activity": activity, "prov:agent": agent, "prov:plan": rules}},
        "wasGeneratedBy": {
            f"_:generated{number}": _given({"prov:entity": name, "prov:activity": activity, "prov:time": facts.get("ended_at")})
            for number, name in enumerate(files)
        },
        "wasDerivedFrom": {
            f"_:derived{number}": {"prov:generatedEntity": name, "prov:usedEntity": inputs, "prov:activity": activity}
            for number, name in enumerate(files)
        },
    }  # fmt: skip


def _with(kind: str | None, **said: Any) -> dict[str, Any]:
    """Attributes: label and location are PROV's own, the rest ours; what is not known is left out."""
    own = {"label": "prov:label", "location": "prov:location"}
    made: dict[str, Any] = {"prov:type": {"$": kind, "type": "prov:QUALIFIED_NAME"}} if kind else {}
    return {**made, **_given({own.get(key, f"newsclean:{key}"): value for key, value in said.items()})}


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value not in (None, [])}
