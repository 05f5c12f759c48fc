# trans on CPUs.
#   docker build -f docker/cpu.Dockerfile -t trans .
#   docker run --rm -v "$PWD:/news" -v trans-cache:/cache trans run inputs --out briefs
FROM python:3.12-slim AS build
RUN python -m venv /opt/trans
ENV PATH=/opt/trans/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY constraints.txt ./
# PyPI's PyTorch is a CUDA build of several gigabytes. From its own index only the package itself, not what it needs.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install -c constraints.txt --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch
COPY pyproject.toml README.md LICENSE models.yaml ./
COPY src src
RUN pip install -c constraints.txt .

FROM python:3.12-slim
COPY --from=build /opt/trans /opt/trans
# Models, their converted copies and the memory of finished decodes outlive a container: /cache is a volume. Folders of the same
# user, so that a new volume belongs to it; with another --user give a folder that is theirs.
RUN useradd --uid 1000 --user-group --create-home trans && install -d -o trans -g trans /cache /news
ENV PATH=/opt/trans/bin:$PATH HF_HOME=/cache/huggingface TRANS_CACHE=/cache/trans
VOLUME /cache
USER 1000:1000
WORKDIR /news
ENTRYPOINT ["trans"]
CMD ["--help"]
