"""The recipes for servers in Node and in Java, pasted into a shell as a reader would: they do what they say."""

import re
import shutil

import pytest

from .shell import NEEDS_NODE, ROOT, blocks

NEEDS_JAVA = pytest.mark.skipif(shutil.which("java") is None, reason="no JDK is here")
JUNIT = {
    "org/junit/jupiter/api/Test.java": "package org.junit.jupiter.api;"
    "@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) public @interface Test {}",
    "AppTest.java": """import org.junit.jupiter.api.Test;
class AppTest {{
  int port = {port};
{block}
  public static void main(String[] arguments) throws Exception {{
    for (var method : AppTest.class.getDeclaredMethods())
      if (method.isAnnotationPresent(Test.class)) method.invoke(new AppTest());
  }}
}}""",
}


def mended(shell, block):
    """End the server, and start it without its mistakes, as the page says."""
    shell.paste("export APPS_EXAMPLES=2")  # less to wait for
    command = re.search(r"^(?:node|java) .*(?= &$)", block, re.MULTILINE)[0]
    shell.paste("kill $!; wait")
    shell.start(f"{command} --mended &\n")


def findings(lines):
    return [line for line in lines if re.match(r"f\d+ ", line)]


@NEEDS_NODE
def test_the_server_in_node_is_found_out_and_mended(shell):
    start, check, contract, _ = blocks("recipes/server-node.md", "sh")
    shell.start(start)
    said, status = shell.paste(check)
    assert (said, status) == (blocks("recipes/server-node.md", "text")[0].splitlines(), 1)
    mended(shell, start)
    assert shell.paste(check) == (["Conforms: 3 of 3 requirements of edition 2023 are kept."], 0)
    said, status = shell.paste(contract)
    assert status == 0, said
    assert any("Conforms: 36 of 41 requirements" in line for line in said)


@NEEDS_NODE
def test_the_test_of_node_fails_for_a_server_with_mistakes(shell, tmp_path):
    start, *_, contract, _ = blocks("recipes/server-node.md", "sh")
    shell.start(start)
    file = tmp_path / "examples" / "node_server" / "contract.test.mjs"
    file.write_text(file.read_text("utf-8").replace("{ mended: true }", "{ mended: false }"))
    shell.paste("export APPS_REQUIREMENT=SRV-STATE-6")
    said, status = shell.paste(contract)
    assert status == 1
    assert any("SRV-STATE-6 MUST" in line for line in said)


@NEEDS_JAVA
def test_the_server_in_java_is_found_out_and_mended(shell):
    start, check, alone = blocks("recipes/server-java.md", "sh")
    shell.start(start)
    said, status = shell.paste(check)
    assert (said, status) == (blocks("recipes/server-java.md", "text")[0].splitlines(), 1)
    said, status = shell.paste(alone)
    assert status == 1
    assert any("SRV-STATE-7 MUST" in line for line in said)
    mended(shell, start)
    assert shell.paste(check) == (["Conforms: 3 of 3 requirements of edition 2023 are kept."], 0)
    assert shell.paste(alone) == (["Conforms: 1 of 1 requirements of edition 2023 are kept."], 0)


@NEEDS_JAVA
def test_the_test_of_junit_says_what_is_broken(shell, tmp_path):
    """With an annotation of its own in place of JUnit, which would have to be fetched."""
    folder = tmp_path / "examples" / "java_server"
    shell.start(blocks("recipes/server-java.md", "sh")[0])
    _, block = blocks("recipes/server-java.md", "java")
    for name, text in JUNIT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.format(port=shell.port, block=block) if "{block}" in text else text)
    shell.paste("export APPS_REQUIREMENT=SRV-STATE-7")
    said, status = shell.paste("javac -d made *.java org/junit/jupiter/api/Test.java && java -cp made AppTest")
    assert status == 1
    assert any("SRV-STATE-7 MUST" in line for line in said)
    assert (folder / "target" / "apps-contract" / "junit.xml").is_file()


@pytest.mark.parametrize(
    ("page", "language", "file"),
    [
        ("recipes/server-node.md", "js", "node_server/contract.test.mjs"),
        ("recipes/server-java.md", "java", "java_server/AppsContract.java"),
    ],
)
def test_a_file_that_a_page_shows_is_the_one_of_the_examples(page, language, file):
    assert blocks(page, language)[0] == (ROOT / "examples" / file).read_text("utf-8")
