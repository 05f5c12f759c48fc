# trans on NVIDIA GPUs, with CTranslate2. The machine needs the driver and the NVIDIA Container Toolkit.
#   docker build -f docker/cuda.Dockerfile -t trans-cuda .
#   docker run --rm --gpus all -v "$PWD:/news" -v trans-cache:/cache trans-cuda run inputs --out briefs
FROM python:3.12-slim AS build
RUN python -m venv /opt/trans
ENV PATH=/opt/trans/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY constraints.txt ./
# Converting a model takes PyTorch, on the CPU. CTranslate2 decodes, and takes of CUDA the driver and cuBLAS 12 only. For
# --engine transformers on the GPU build with --build-arg TORCH_INDEX= , which takes the CUDA build of several gigabytes.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install -c constraints.txt --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch \
 && pip install "nvidia-cublas-cu12>=12.4,<13"
COPY pyproject.toml README.md LICENSE models.yaml ./
COPY src src
RUN pip install -c constraints.txt . \
 && ln -s "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nvidia/cublas/lib" /opt/trans/cublas

FROM python:3.12-slim
COPY --from=build /opt/trans /opt/trans
RUN useradd --uid 1000 --user-group --create-home trans && install -d -o trans -g trans /cache /news
# 'utility' brings nvidia-smi, which tells how much of the GPU's memory is free: batches are sized by it.
ENV PATH=/opt/trans/bin:$PATH HF_HOME=/cache/huggingface TRANS_CACHE=/cache/trans \
    LD_LIBRARY_PATH=/opt/trans/cublas NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
VOLUME /cache
USER 1000:1000
WORKDIR /news
ENTRYPOINT ["trans"]
CMD ["--help"]
