import type { INestApplication } from '@nestjs/common';
import { ApiResponse, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

/** The schemas that the OpenAPI document names under components.schemas. */
const registry = z.registry<{ id: string }>();

/** Names a schema in the OpenAPI document; wherever it is part of another one, it is referred to by that name. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  registry.add(schema, { id });
  return schema;
}

const uri = (id: string) => `#/components/schemas/${id}`;

/** A reference to a named schema, for a place in the document that takes any schema. */
export function refTo(schema: z.ZodType): { $ref: string } {
  const id = registry.get(schema)?.id;
  if (id === undefined) throw new Error('The schema has no name.');
  return { $ref: uri(id) };
}

/** What a route answers: a named schema, or an array of one, as JSON. */
export function Answers(schema: z.ZodType | [z.ZodType], description: string, status = 200) {
  const body = Array.isArray(schema) ? { type: 'array', items: refTo(schema[0]) } : refTo(schema);
  return ApiResponse({ status, description, content: { 'application/json': { schema: body } } });
}

/** RFC 9457, with the correlation id under which the log holds the cause. */
export const problemSchema = named(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    correlationId: z.string(),
  }),
);

/** Errors that a route names beside its own answers; all have the same shape. */
export const Refuses = (status: number, description: string) => ApiResponse({ status, ...problemAnswer(description) });

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: refTo(problemSchema) } },
});

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('lesion-curator')
    .setDescription(
      'Turns reports and biopsy targets into DICOM SEG labels in the PACS. Errors are problem+json; each answer ' +
        'carries X-Correlation-Id, taken over from the request or made, under which the log holds the cause.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0') // whose schemas are JSON Schema; 3.0 cannot say that a union may be null
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' }, 'apiKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An access token of OIDC_ISSUER' }, 'oidc')
    .addSecurityRequirements('apiKey')
    .addSecurityRequirements('oidc')
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.delete]) {
      if (!operation) continue;
      const isOpen = operation.security?.some((requirement) => Object.keys(requirement).length === 0);
      operation.responses = {
        ...operation.responses,
        ...(!isOpen && { 401: problemAnswer('No valid API key or access token.') }),
        default: problemAnswer('Any other error.'),
      };
    }
  }
  document.components = { ...document.components, schemas: componentSchemas() };
  return document;
}

function componentSchemas(): NonNullable<OpenAPIObject['components']>['schemas'] {
  const { schemas } = z.toJSONSchema(registry, { uri });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [name, schema]),
  ) as NonNullable<OpenAPIObject['components']>['schemas'];
}
