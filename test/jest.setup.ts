import 'reflect-metadata';

// Loaded first, so that CommonJS packages that require Nest find it complete ("in a cycle" otherwise).
await import('@nestjs/common');
await import('@nestjs/core');
