"""The revision that a result is recorded with."""

import subprocess

from bf_vae.benchmark import provenance


def test_revision_of_a_package_that_git_tracks_alone(tmp_path, monkeypatch):
    file = tmp_path / "package" / "module" / "provenance.py"
    file.parent.mkdir(parents=True)
    file.write_text("")
    (tmp_path / "other").write_text("")
    monkeypatch.setattr(provenance, "__file__", str(file))

    def git(*command):
        name = ["-c", "user.name=n", "-c", "user.email=e"]
        subprocess.run(["git", *name, *command], cwd=tmp_path, check=True)

    git("init", "-q")
    git("add", "other")
    git("commit", "-q", "-m", "other")
    # Installed in a folder inside of another project's repository.
    assert provenance._revision() == ""
    git("add", ".")
    git("commit", "-q", "-m", "package")
    commit = provenance._revision()
    assert len(commit) == 12
    file.write_text("changed")
    assert provenance._revision() == f"{commit}+"
    # The process goes on with the code that it loaded.
    assert provenance.provenance()["revision"] == provenance.REVISION != f"{commit}+"
