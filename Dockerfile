# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-X main.version=$VERSION" -o /occigate ./cmd/occigate

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /occigate /occigate
USER 65532:65532
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["/occigate", "healthcheck"]
ENTRYPOINT ["/occigate", "serve"]
