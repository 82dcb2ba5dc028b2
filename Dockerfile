# One image for worker, API and command line; the command says which. Everything from requirements.lock.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /opt/escalade \
 && /opt/escalade/bin/python -m pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN /opt/escalade/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/escalade escalade
COPY --from=build /opt/escalade /opt/escalade
ENV PATH=/opt/escalade/bin:$PATH PYTHONUNBUFFERED=1
USER escalade
WORKDIR /var/lib/escalade
EXPOSE 8080
CMD ["python", "-P", "-m", "api"]
