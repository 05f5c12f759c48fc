"""What MkDocs calls while it builds the site (``hooks:`` in mkdocs.yml): adds the pages that no file in docs/ is.

Those are the references, which the program itself tells (``command_pages``, ``setting_pages``), and pages that stand elsewhere
in the repository. What a page links to outside docs/ is copied into the site, so that one link is right in both places.
"""

from pathlib import Path

import command_pages
import setting_pages
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from site_links import PAGES, relinked

ROOT = Path(__file__).parents[2]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, the pages from elsewhere, and the files that any page links to."""
    linked: set[str] = set()
    for file in files.documentation_pages():
        linked |= relinked(file.content_string, f"docs/{file.src_uri}", file.src_uri)[1]
    written = {"commands.md": command_pages.page(), "configuration.md": setting_pages.page()}
    for source, page in PAGES.items():
        if page == "index.md":  # the site has a first page of its own
            continue
        written[page], outside = relinked((ROOT / source).read_text(encoding="utf-8"), source, page)
        linked |= outside
    for name, content in written.items():
        files.append(File.generated(config, name, content=content))
    for source in sorted(linked):
        if (ROOT / source).is_file():  # else the link stays wrong, and a strict build says so
            files.append(File.generated(config, f"files/{source}", abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  MkDocs' signature
    """Turn links out of docs/ into links within the site."""
    if page.file.generated_by:
        return markdown
    return relinked(markdown, f"docs/{page.file.src_uri}", page.file.src_uri)[0]
