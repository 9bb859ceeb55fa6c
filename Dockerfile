# docker build -t apps-contract . && docker run --rm -v "$PWD:/work" apps-contract validate .
FROM python:3.12-slim AS build
COPY . /source
RUN pip wheel --quiet --no-deps --wheel-dir /wheels /source

FROM python:3.12-slim
COPY --from=build /wheels /wheels
RUN pip install --quiet --no-cache-dir "$(echo /wheels/apps_contract-*.whl)[files]" && rm -r /wheels
RUN useradd --create-home --uid 10001 judge
USER 10001
WORKDIR /work
ENTRYPOINT ["apps-contract"]
CMD ["--help"]
